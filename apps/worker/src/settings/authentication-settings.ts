import type { SettingsReader } from "@volley/runtime";
import type { Authentication, CurrentSecrets } from "@volley/sinch";

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
  const isSet = (name: string): boolean => reader.optionalText(name, { secret: true }) !== undefined;
  if (!project.some(isSet)) return readPlan(reader, variable);
  if (plan.some(isSet)) {
    reader.problem(
      `${project[0]}: expected either a service plan (${plan.join(", ")}) or a project (${project.join(", ")}), ` +
        `got ${[...plan, ...project].filter(isSet).join(", ")}`,
    );
  }
  return readProject(reader, variable);
}

/**
 * The secrets of a region as they are at any later moment, where files have them (`<NAME>_FILE`).
 *
 * @returns `undefined` where none is in a file
 */
export function readCurrentSecrets(reader: SettingsReader, variable: string): CurrentSecrets | undefined {
  const files = {
    apiToken: reader.secretFile(`${variable}_API_TOKEN`, { pattern: SECRET }),
    keyId: reader.secretFile(`${variable}_KEY_ID`, { pattern: KEY_ID }),
    keySecret: reader.secretFile(`${variable}_KEY_SECRET`, { pattern: SECRET }),
  };
  const found = Object.entries(files).flatMap(([name, file]) => (file ? [[name, file] as const] : []));
  if (found.length === 0) return undefined;
  return (isRefused) => Object.fromEntries(found.map(([name, file]) => [name, file(isRefused)]));
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
