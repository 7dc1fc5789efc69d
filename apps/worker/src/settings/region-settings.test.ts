import { describe, expect, it } from "@jest/globals";
import { createSettingsReader, type Environment, SettingsError } from "@volley/runtime";
import { readRegionSettings, type RegionSettings } from "./region-settings.ts";

function read(name: string, environment: Environment): RegionSettings | readonly string[] {
  const reader = createSettingsReader(environment);
  const settings = readRegionSettings(reader, name, true);
  try {
    return reader.finish(settings);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

const EU = { VOLLEY_EU_SERVICE_PLAN_ID: "plan", VOLLEY_EU_API_TOKEN: "token" };

describe("readRegionSettings", () => {
  it("replies with the texts that are set, which are the same for everybody", () => {
    const replies = { VOLLEY_EU_REPLY_STOP: "Bye ${name}", VOLLEY_EU_REPLY_HELP: "x".repeat(2_001) };
    expect(read("eu", { ...EU, ...replies })).toEqual([
      "VOLLEY_EU_REPLY_STOP: expected a text without placeholders, got one with some",
      expect.stringMatching(/^VOLLEY_EU_REPLY_HELP: expected at most 2,?000 characters/),
    ]);
    expect(read("eu", { ...EU, VOLLEY_EU_REPLY_STOP: "Bye" })).toMatchObject({ replies: { stop: "Bye" } });
  });

  it("asks for the reports that it is told to, and for no others", () => {
    expect(read("eu", { ...EU, VOLLEY_EU_DELIVERY_REPORT: "per_recipient_final" })).toMatchObject({
      deliveryReport: "per_recipient_final",
    });
    expect(read("eu", { ...EU, VOLLEY_EU_DELIVERY_REPORT: "all" })).toEqual([
      expect.stringMatching(/^VOLLEY_EU_DELIVERY_REPORT: expected one of none, summary, full, per_recipient, per_/),
    ]);
  });

  it.each(["us", "eu", "au", "br", "ca"])("knows the host that Sinch publishes for %s", (name) => {
    const variable = `VOLLEY_${name.toUpperCase()}`;
    expect(read(name, { [`${variable}_SERVICE_PLAN_ID`]: "plan", [`${variable}_API_TOKEN`]: "token" })).toMatchObject({
      name,
      baseUrl: `https://${name}.sms.api.sinch.com`,
    });
  });

  it.each(["us", "eu"])("knows the host that Sinch publishes for projects in %s", (name) => {
    const variable = `VOLLEY_${name.toUpperCase()}`;
    const project = {
      [`${variable}_PROJECT_ID`]: "project",
      [`${variable}_KEY_ID`]: "key",
      [`${variable}_KEY_SECRET`]: "secret",
    };
    expect(read(name, project)).toMatchObject({ baseUrl: `https://zt.${name}.sms.api.sinch.com` });
    expect(read(name, { ...project, [`${variable}_BASE_URL`]: "https://sms.example" })).toMatchObject({
      baseUrl: "https://sms.example",
      auth: { kind: "project", projectId: "project", keyId: "key", keySecret: "secret" },
    });
  });

  it("takes another host for a published name", () => {
    expect(read("eu", { ...EU, VOLLEY_EU_BASE_URL: "http://127.0.0.1:8090" })).toMatchObject({
      baseUrl: "http://127.0.0.1:8090",
    });
  });

  it("takes any name that has a host of its own, with dashes as underscores in its variables", () => {
    expect(
      read("gulf-2", {
        VOLLEY_GULF_2_BASE_URL: "https://gulf.example/",
        VOLLEY_GULF_2_SERVICE_PLAN_ID: "plan",
        VOLLEY_GULF_2_API_TOKEN: "token",
        VOLLEY_GULF_2_CONCURRENCY: "3",
        VOLLEY_GULF_2_TIMEOUT_MS: "1000",
      }),
    ).toEqual({
      name: "gulf-2",
      baseUrl: "https://gulf.example/",
      auth: { kind: "plan", servicePlanId: "plan", apiToken: "token" },
      concurrency: 3,
      rate: null,
      rateUnit: "recipients",
      burstMs: 1_000,
      urgentShare: 0.1,
      deliveryReport: "none",
      pollMs: null,
      replies: {},
      repliesPerMinute: 600,
      timeoutMs: 1_000,
    });
  });

  it("reads the pace of a region", () => {
    const pace = {
      VOLLEY_EU_RECIPIENTS_PER_SECOND: "0.5",
      VOLLEY_EU_RATE_UNIT: "segments",
      VOLLEY_EU_BURST_MS: "5000",
      VOLLEY_EU_URGENT_SHARE: "0",
    };
    expect(read("eu", { ...EU, ...pace })).toMatchObject({
      rate: 0.5,
      rateUnit: "segments",
      burstMs: 5_000,
      urgentShare: 0,
    });
  });

  it.each([
    ["RECIPIENTS_PER_SECOND", "0"],
    ["RATE_UNIT", "texts"],
    ["RATE_UNIT", "parts"],
    ["BURST_MS", "0"],
    ["URGENT_SHARE", "1.1"],
  ])("refuses a %s of %s by name", (name, value) => {
    expect(read("eu", { ...EU, [`VOLLEY_EU_${name}`]: value })).toEqual([
      expect.stringContaining(`VOLLEY_EU_${name}: expected`),
    ]);
  });

  it("has no default host for a name that Sinch does not publish", () => {
    expect(read("gulf", { VOLLEY_GULF_SERVICE_PLAN_ID: "plan", VOLLEY_GULF_API_TOKEN: "token" })).toEqual([
      'VOLLEY_GULF_BASE_URL: expected the base URL of "gulf", which is none of the regions that Sinch publishes ' +
        "(us, eu, au, br, ca), got nothing",
    ]);
  });

  it.each(["https://eu.example/xms/v1", "https://eu.example?plan=1", "https://eu.example/#top"])(
    "refuses %s, which is more than scheme and host",
    (url) => {
      expect(read("eu", { ...EU, VOLLEY_EU_BASE_URL: url })).toEqual([
        `VOLLEY_EU_BASE_URL: expected a scheme and a host without a path, got one with more than that`,
      ]);
    },
  );

  it.each(["https://user:hush@eu.example", "https://:hush@eu.example"])(
    "refuses credentials in a URL and does not repeat them",
    (url) => {
      const problems = read("eu", { ...EU, VOLLEY_EU_BASE_URL: url });
      expect(problems).toEqual([expect.stringMatching(/^VOLLEY_EU_BASE_URL: expected .*hidden/)]);
      expect(JSON.stringify(problems)).not.toContain("hush");
    },
  );

  it.each([
    ["eu.example", "10 characters"],
    ["ftp://eu.example", "one that begins with ftp://"],
  ])("refuses %s, which is no URL of HTTP", (url, got) => {
    expect(read("eu", { ...EU, VOLLEY_EU_BASE_URL: url })).toEqual([
      `VOLLEY_EU_BASE_URL: expected a URL that begins with http:// or https://, got ${got}`,
    ]);
  });

  it("has no default plan and no default token", () => {
    expect(read("eu", {})).toEqual([
      "VOLLEY_EU_SERVICE_PLAN_ID: expected a service plan ID, got nothing",
      "VOLLEY_EU_API_TOKEN: expected an API token, got nothing",
    ]);
  });

  it("never repeats a token", () => {
    const problems = read("eu", { ...EU, VOLLEY_EU_API_TOKEN: "hush hush" });
    expect(problems).toEqual([expect.stringMatching(/^VOLLEY_EU_API_TOKEN: expected an API token/)]);
    expect(JSON.stringify(problems)).not.toContain("hush");
  });
});
