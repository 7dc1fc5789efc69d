import { describe, expect, it } from "@jest/globals";
import { createSettingsReader, type Environment, SettingsError } from "@volley/runtime";
import type { Authentication } from "@volley/sinch";
import { readAuthentication } from "./authentication-settings.ts";

const PLAN = { VOLLEY_EU_SERVICE_PLAN_ID: "plan", VOLLEY_EU_API_TOKEN: "token" };
const PROJECT = { VOLLEY_EU_PROJECT_ID: "project", VOLLEY_EU_KEY_ID: "key", VOLLEY_EU_KEY_SECRET: "secret" };

function read(environment: Environment): Authentication | readonly string[] {
  const reader = createSettingsReader(environment);
  const authentication = readAuthentication(reader, "VOLLEY_EU");
  try {
    return reader.finish(authentication);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

describe("readAuthentication", () => {
  it("takes a service plan", () => {
    expect(read(PLAN)).toEqual({ kind: "plan", servicePlanId: "plan", apiToken: "token" });
  });

  it("takes a project", () => {
    expect(read(PROJECT)).toEqual({ kind: "project", projectId: "project", keyId: "key", keySecret: "secret" });
  });

  it("takes a plan whose region has empty variables of a project, as a template leaves them", () => {
    expect(read({ ...PLAN, VOLLEY_EU_PROJECT_ID: "", VOLLEY_EU_KEY_ID: " " })).toMatchObject({ kind: "plan" });
  });

  it("names everything that is missing of a plan, of a project, and of nothing at all", () => {
    const ofPlan = [
      "VOLLEY_EU_SERVICE_PLAN_ID: expected a service plan ID, got nothing",
      "VOLLEY_EU_API_TOKEN: expected an API token, got nothing",
    ];
    expect(read({})).toEqual(ofPlan);
    expect(read({ VOLLEY_EU_API_TOKEN: "token" })).toEqual(ofPlan.slice(0, 1));
    expect(read({ VOLLEY_EU_KEY_ID: "key" })).toEqual([
      "VOLLEY_EU_PROJECT_ID: expected a project ID, got nothing",
      "VOLLEY_EU_KEY_SECRET: expected the secret of an access key, got nothing",
    ]);
  });

  it("wants one of them: with both nobody knows from whose account it would text", () => {
    expect(read({ ...PLAN, ...PROJECT })).toEqual([
      "VOLLEY_EU_PROJECT_ID: expected either a service plan (VOLLEY_EU_SERVICE_PLAN_ID, VOLLEY_EU_API_TOKEN) or a " +
        "project (VOLLEY_EU_PROJECT_ID, VOLLEY_EU_KEY_ID, VOLLEY_EU_KEY_SECRET), got VOLLEY_EU_SERVICE_PLAN_ID, " +
        "VOLLEY_EU_API_TOKEN, VOLLEY_EU_PROJECT_ID, VOLLEY_EU_KEY_ID, VOLLEY_EU_KEY_SECRET",
    ]);
    expect(read({ VOLLEY_EU_SERVICE_PLAN_ID: "plan", VOLLEY_EU_PROJECT_ID: "project" })).toEqual([
      expect.stringMatching(/^VOLLEY_EU_PROJECT_ID: .*, got VOLLEY_EU_SERVICE_PLAN_ID, VOLLEY_EU_PROJECT_ID$/),
      expect.stringMatching(/^VOLLEY_EU_KEY_ID: /),
      expect.stringMatching(/^VOLLEY_EU_KEY_SECRET: /),
    ]);
  });

  it.each([
    ["VOLLEY_EU_PROJECT_ID", "a/project"],
    ["VOLLEY_EU_KEY_ID", "hush:hush"],
    ["VOLLEY_EU_KEY_SECRET", "hush hush"],
  ])("refuses what cannot be carried in %s, and repeats no secret", (name, value) => {
    const problems = read({ ...PROJECT, [name]: value });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name}: expected `))]);
    expect(JSON.stringify(problems)).not.toContain("hush");
  });
});
