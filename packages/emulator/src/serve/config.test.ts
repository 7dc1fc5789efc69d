import { describe, expect, test } from "@jest/globals";
import { readConfig } from "./config.ts";

describe("readConfig", () => {
  test("listens on the loopback and takes any plan when nothing is set", () => {
    expect(readConfig({})).toEqual({ isValid: true, config: { host: "127.0.0.1", port: 8_090, latencyMs: 0 } });
  });

  test("reads the plans of the worker's own variables", () => {
    const environment = {
      VOLLEY_REGIONS: "us, gulf-2,eu",
      VOLLEY_US_SERVICE_PLAN_ID: "plan-us",
      VOLLEY_US_API_TOKEN: "token-us",
      VOLLEY_GULF_2_SERVICE_PLAN_ID: "plan-gulf",
      VOLLEY_GULF_2_API_TOKEN: "token-gulf",
      VOLLEY_EU_PROJECT_ID: "project",
      VOLLEY_EU_KEY_ID: "key",
      VOLLEY_EU_KEY_SECRET: "secret",
      VOLLEY_HTTP_PORT: "0",
      VOLLEY_EMULATOR_LATENCY_MS: "25",
    };
    expect(readConfig(environment)).toMatchObject({
      isValid: true,
      config: {
        port: 0,
        latencyMs: 25,
        plans: { "plan-us": "token-us", "plan-gulf": "token-gulf" },
        projects: { project: { keyId: "key", keySecret: "secret" } },
      },
    });
  });

  test("reads every option of its own", () => {
    const environment = {
      VOLLEY_EMULATOR_SPEED: "0.5",
      VOLLEY_EMULATOR_DISPATCH_MS: "200",
      VOLLEY_EMULATOR_FAIL_SHARE: "0.25",
      VOLLEY_EMULATOR_SEED: "7",
      VOLLEY_EMULATOR_TOKEN_SECONDS: "120",
      VOLLEY_EMULATOR_REPORT_URL: "http://127.0.0.1:8081/reports",
      VOLLEY_EMULATOR_INBOUND_URL: "HTTPS://127.0.0.1:8081/inbounds",
      VOLLEY_EMULATOR_CALLBACK_SECRET: "secret",
      VOLLEY_EMULATOR_CALLBACK_ORDER: "random",
      VOLLEY_EMULATOR_REPORTS_TWICE: "0.1",
      VOLLEY_EMULATOR_REPORTS_EARLY: "0.05",
      VOLLEY_EMULATOR_KEEP: "counts",
      VOLLEY_EMULATOR_DEFAULT_ORIGINATOR: "46=Volley, 1=12015550123",
      VOLLEY_EMULATOR_ACCEPT_ANY_GROUP: "true",
      VOLLEY_EMULATOR_REFUSE_LATE_CANCEL: "false",
    };
    expect(readConfig(environment)).toMatchObject({
      isValid: true,
      config: {
        speed: 0.5,
        dispatchMs: 200,
        failShare: 0.25,
        seed: 7,
        tokenSeconds: 120,
        reportUrl: "http://127.0.0.1:8081/reports",
        inboundUrl: "HTTPS://127.0.0.1:8081/inbounds",
        callbackSecret: "secret",
        callbackOrder: "random",
        reportsTwice: 0.1,
        reportsEarly: 0.05,
        keep: "counts",
        defaultOriginator: { 46: "Volley", 1: "12015550123" },
        acceptAnyGroup: true,
        refuseLateCancel: false,
      },
    });
  });

  test.each([
    ["VOLLEY_EMULATOR_SPEED", "0", '"0"'],
    ["VOLLEY_EMULATOR_FAIL_SHARE", "1.1", '"1.1"'],
    ["VOLLEY_EMULATOR_REPORT_URL", "127.0.0.1:8081", "14 characters"],
    ["VOLLEY_EMULATOR_KEEP", "all", "3 characters"],
    ["VOLLEY_EMULATOR_DEFAULT_ORIGINATOR", "Volley", "6 characters"],
    ["VOLLEY_EMULATOR_ACCEPT_ANY_GROUP", "yes", "3 characters"],
  ])("refuses %s=%s", (name, value, got) => {
    const read = readConfig({ [name]: value });
    expect(read.isValid ? [] : read.problems).toEqual([
      expect.stringMatching(new RegExp(`^${name}: expected .*, got ${got}$`)),
    ]);
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
      VOLLEY_BR_KEY_SECRET: "secret-4",
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
      "VOLLEY_BR_PROJECT_ID",
      "VOLLEY_BR_KEY_ID",
      "VOLLEY_REGIONS",
    ]);
    expect(problems.join("\n")).not.toContain("secret");
  });
});
