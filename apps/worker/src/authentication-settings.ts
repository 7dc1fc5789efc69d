import type { SettingsReader } from "@volley/runtime";
import type { Authentication } from "@volley/sinch";

/** What stands in a path, or in a header, as it is. */
const ID = /^[\w.~-]+$/;

/** The first colon of Basic authentication ends the key's ID. */
const KEY_ID = /^[\x21-\x39\x3b-\x7e]+$/;

const SECRET = /^[\x21-\x7e]+$/;

/**
 * Reads who calls in a region: a service plan, or a project. Exactly one of them: with both, nobody could tell from
 * whose account people would be texted.
 *
 * @param variable - what the region's variables begin with: `VOLLEY_EU`
 */
export function readAuthentication(reader: SettingsReader, variable: string): Authentication {
  const plan = [`${variable}_SERVICE_PLAN_ID`, `${variable}_API_TOKEN`];
  const project = [`${variable}_PROJECT_ID`, `${variable}_KEY_ID`, `${variable}_KEY_SECRET`];
  const isSet = (name: string): boolean => reader.optionalText(name) !== undefined;
  if (!project.some(isSet)) return readPlan(reader, variable);
  if (plan.some(isSet)) {
    reader.problem(
      `${project[0]}: expected either a service plan (${plan.join(", ")}) or a project (${project.join(", ")}), ` +
        `got ${[...plan, ...project].filter(isSet).join(", ")}`,
    );
  }
  return readProject(reader, variable);
}

function readPlan(reader: SettingsReader, variable: string): Authentication {
  return {
    kind: "plan",
    servicePlanId: reader.text(`${variable}_SERVICE_PLAN_ID`, { pattern: ID, expected: "a service plan ID" }),
    apiToken: reader.text(`${variable}_API_TOKEN`, { pattern: SECRET, expected: "an API token", secret: true }),
  };
}

function readProject(reader: SettingsReader, variable: string): Authentication {
  return {
    kind: "project",
    projectId: reader.text(`${variable}_PROJECT_ID`, { pattern: ID, expected: "a project ID" }),
    keyId: reader.text(`${variable}_KEY_ID`, { pattern: KEY_ID, expected: "the ID of an access key", secret: true }),
    keySecret: reader.text(`${variable}_KEY_SECRET`, {
      pattern: SECRET,
      expected: "the secret of an access key",
      secret: true,
    }),
  };
}
