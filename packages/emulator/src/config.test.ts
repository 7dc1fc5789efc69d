import { describe, expect, test } from "@jest/globals";
import { readConfig } from "./config.ts";

describe("readConfig", () => {
  test("listens on the loopback and takes any plan when nothing is set", () => {
    expect(readConfig({})).toEqual({
      isValid: true,
      config: { host: "127.0.0.1", port: 8_090, latencyMs: 0, plans: undefined },
    });
  });

  test("reads the plans of the worker's own variables", () => {
    const environment = {
      VOLLEY_REGIONS: "us, gulf-2,eu",
      VOLLEY_US_SERVICE_PLAN_ID: "plan-us",
      VOLLEY_US_API_TOKEN: "token-us",
      VOLLEY_GULF_2_SERVICE_PLAN_ID: "plan-gulf",
      VOLLEY_GULF_2_API_TOKEN: "token-gulf",
      VOLLEY_EU_PROJECT_ID: "project",
      VOLLEY_HTTP_PORT: "0",
      VOLLEY_EMULATOR_LATENCY_MS: "25",
    };
    expect(readConfig(environment)).toMatchObject({
      isValid: true,
      config: { port: 0, latencyMs: 25, plans: { "plan-us": "token-us", "plan-gulf": "token-gulf" } },
    });
  });

  test("lists all problems at once, and no token", () => {
    const read = readConfig({
      VOLLEY_REGIONS: "us,eu,au,br,Nowhere!",
      VOLLEY_US_API_TOKEN: "secret-1",
      VOLLEY_EU_SERVICE_PLAN_ID: "plan",
      VOLLEY_AU_SERVICE_PLAN_ID: "same",
      VOLLEY_AU_API_TOKEN: "secret-2",
      VOLLEY_BR_SERVICE_PLAN_ID: "same",
      VOLLEY_BR_API_TOKEN: "secret-3",
      VOLLEY_HTTP_PORT: "65536",
      VOLLEY_EMULATOR_LATENCY_MS: "-1",
    });
    const problems = read.isValid ? [] : read.problems;
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "VOLLEY_HTTP_PORT",
      "VOLLEY_EMULATOR_LATENCY_MS",
      "VOLLEY_US_SERVICE_PLAN_ID",
      "VOLLEY_EU_API_TOKEN",
      "VOLLEY_BR_API_TOKEN",
      "VOLLEY_REGIONS",
    ]);
    expect(problems.join("\n")).not.toContain("secret");
  });
});
