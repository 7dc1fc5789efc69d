import { describe, expect, it } from "@jest/globals";
import { readWorkerConfig } from "./config.ts";

const LEAST = { VOLLEY_REGIONS: "us", VOLLEY_US_SERVICE_PLAN_ID: "plan", VOLLEY_US_API_TOKEN: "token" };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readWorkerConfig(environment);
    return [];
  } catch (error) {
    return (error as { problems: readonly string[] }).problems;
  }
}

describe("readWorkerConfig", () => {
  it("has a default for everything but the regions, their plans and their tokens", () => {
    expect(readWorkerConfig(LEAST)).toEqual({
      unread: [],
      isTraced: false,
      stores: [],
      redis: {
        mode: "single",
        host: "127.0.0.1",
        port: 6379,
        database: 0,
        username: undefined,
        password: undefined,
        tls: false,
      },
      prefix: "{volley}",
      regions: [
        {
          name: "us",
          baseUrl: "https://us.sms.api.sinch.com",
          auth: { kind: "plan", servicePlanId: "plan", apiToken: "token" },
          concurrency: 10,
          rate: null,
          rateUnit: "recipients",
          burstMs: 1_000,
          urgentShare: 0.1,
          deliveryReport: "none",
          pollMs: null,
          replies: {},
          repliesPerMinute: 600,
          timeoutMs: 8_000,
        },
      ],
      outbound: { proxy: {} },
      settings: {
        workerConcurrency: 50,
        leadMs: 60_000,
        unknownHoldMs: 30_000,
        probeIntervalMs: 60_000,
        lookIntervalMs: 5_000,
        keepRecipients: false,
        keepResults: { age: 7 * 24 * 60 * 60, bytes: 1_000_000_000, count: 100_000_000 },
        linkAnswersS: 7 * 24 * 60 * 60,
        keepEvents: { bytes: 100_000_000, ageMs: 72 * 3_600_000 },
        proofS: 1_461 * 86_400,
      },
      port: 9090,
      host: "0.0.0.0",
      stuckAfterMs: 60_000,
      receipts: {
        keepDays: 7,
        events: { keep: { bytes: 100_000_000, ageMs: 72 * 3_600_000 }, isQueued: false },
        inbounds: { bytes: 100_000_000, ageMs: 30 * 86_400_000 },
        optOuts: { scope: "region", startWords: [], replicas: null, proofS: 1_461 * 86_400 },
      },
      suppressionSecret: undefined,
      againMs: 86_400_000,
      endpoints: {
        isDelivering: true,
        networks: [],
        timeoutMs: 15_000,
        retryMs: [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000],
        disableAfterMs: 120 * 3_600_000,
        inFlight: 10,
      },
      eviction: "refuse",
      logLevel: "info",
      shutdownMs: 25_000,
    });
  });

  it("says which variables nobody reads", () => {
    expect(readWorkerConfig({ ...LEAST, VOLLEY_US_CONCURENCY: "5", VOLLEY_BR_API_TOKEN: "hush" }).unread).toEqual([
      "VOLLEY_US_CONCURENCY: nobody reads it, did you mean VOLLEY_US_CONCURRENCY?",
      expect.stringMatching(/^VOLLEY_BR_API_TOKEN: VOLLEY_REGIONS does not list its region/),
    ]);
  });

  it("takes every variable", () => {
    const config = readWorkerConfig({
      ...LEAST,
      REDIS_URL: "rediss://redis.example:6380/2",
      VOLLEY_PREFIX: "{other}",
      VOLLEY_AUTH_URL: "https://auth.example",
      HTTPS_PROXY: "http://proxy:3128",
      VOLLEY_WORKER_CONCURRENCY: "7",
      VOLLEY_LEAD_MS: "0",
      VOLLEY_UNKNOWN_HOLD_MS: "100",
      VOLLEY_PROBE_MS: "200",
      VOLLEY_KEEP_RECIPIENTS: "true",
      VOLLEY_KEEP_RESULTS_DAYS: "2",
      VOLLEY_KEEP_RESULTS_COUNT: "5000",
      VOLLEY_KEEP_RESULTS_MB: "50",
      VOLLEY_LINK_ANSWERS_DAYS: "1",
      VOLLEY_HTTP_PORT: "0",
      VOLLEY_HTTP_HOST: "127.0.0.1",
      VOLLEY_STUCK_AFTER_MS: "2000",
      VOLLEY_LOG_LEVEL: "debug",
      VOLLEY_SHUTDOWN_MS: "0",
    });
    expect(config).toMatchObject({
      redis: { host: "redis.example", port: 6380, database: 2, tls: true },
      prefix: "{other}",
      outbound: { authUrl: "https://auth.example", proxy: { https: "http://proxy:3128" } },
      settings: {
        workerConcurrency: 7,
        leadMs: 0,
        unknownHoldMs: 100,
        probeIntervalMs: 200,
        lookIntervalMs: 500,
        keepRecipients: true,
        keepResults: { age: 172_800, bytes: 50_000_000, count: 5_000 },
        linkAnswersS: 86_400,
      },
      port: 0,
      host: "127.0.0.1",
      stuckAfterMs: 2_000,
      logLevel: "debug",
      shutdownMs: 0,
    });
  });

  it("names the mistakes of all regions beside one whose name cannot be one", () => {
    expect(problemsOf({ ...LEAST, VOLLEY_REGIONS: "us,EU,br", VOLLEY_US_CONCURRENCY: "many" })).toEqual([
      "VOLLEY_REGIONS: expected a comma-separated list of region names such as us or gulf-2, neither auto nor events, got 2 characters as entry 2",
      expect.stringMatching(/^VOLLEY_US_CONCURRENCY: /),
      expect.stringMatching(/^VOLLEY_BR_SERVICE_PLAN_ID: /),
      expect.stringMatching(/^VOLLEY_BR_API_TOKEN: /),
    ]);
  });

  it("takes that no events are kept, and not that they go anywhere then", () => {
    const none = { ...LEAST, VOLLEY_EVENTS_KEEP_MB: "0" };
    expect(readWorkerConfig(none)).toMatchObject({
      settings: { keepEvents: { bytes: 0 } },
      receipts: { events: { keep: { bytes: 0 }, isQueued: false } },
      endpoints: { isDelivering: false },
    });
    expect(problemsOf({ ...none, VOLLEY_EVENTS_QUEUE: "true", VOLLEY_EVENTS_DELIVER: "true" })).toEqual([
      "VOLLEY_EVENTS_QUEUE: expected false, since VOLLEY_EVENTS_KEEP_MB is 0 and there are no events, got true",
      "VOLLEY_EVENTS_DELIVER: expected false, since VOLLEY_EVENTS_KEEP_MB is 0 and there are no events, got true",
    ]);
  });

  it.each(["auto", "events"])("says that no region is named %s", (name) => {
    expect(problemsOf({ VOLLEY_REGIONS: name })).toEqual([
      expect.stringMatching(/^VOLLEY_REGIONS: expected .+, neither auto nor events, got \d characters as entry 1$/),
    ]);
  });

  it.each([
    ["VOLLEY_WORKER_CONCURRENCY", 1, 10_000],
    ["VOLLEY_LEAD_MS", 0, 259_200_000],
    ["VOLLEY_UNKNOWN_HOLD_MS", 0, 86_400_000],
    ["VOLLEY_PROBE_MS", 100, 3_600_000],
    ["VOLLEY_KEEP_RESULTS_DAYS", 1, 365],
    ["VOLLEY_LINK_ANSWERS_DAYS", 0, 30],
    ["VOLLEY_KEEP_RESULTS_COUNT", 1_000, 100_000_000],
    ["VOLLEY_HTTP_PORT", 0, 65_535],
    ["VOLLEY_STUCK_AFTER_MS", 1_000, 3_600_000],
    ["VOLLEY_SHUTDOWN_MS", 0, 3_600_000],
    ["VOLLEY_US_CONCURRENCY", 1, 10_000],
    ["VOLLEY_US_TIMEOUT_MS", 100, 120_000],
  ])("takes %s from %d to %d and nothing beyond", (name, minimum, maximum) => {
    for (const value of [minimum, maximum]) expect(problemsOf({ ...LEAST, [name]: String(value) })).toEqual([]);
    for (const value of [minimum - 1, maximum + 1, "1.5", "a few"]) {
      expect(problemsOf({ ...LEAST, [name]: String(value) })).toEqual([
        expect.stringMatching(new RegExp(`^${name}: expected an integer from ${minimum} to ${maximum}`)),
      ]);
    }
  });

  it("names everything that is wrong at once", () => {
    const problems = problemsOf({
      REDIS_URL: "http://redis",
      VOLLEY_REGIONS: "us,moon",
      VOLLEY_US_API_TOKEN: "with blanks",
      VOLLEY_MOON_SERVICE_PLAN_ID: "a/plan",
      VOLLEY_MOON_API_TOKEN: "token",
      VOLLEY_AUTH_URL: "auth.example",
      VOLLEY_CA_FILE: "/nowhere/authorities.pem",
      https_proxy: "socks5://proxy",
      VOLLEY_WORKER_CONCURRENCY: "0",
      VOLLEY_KEEP_RECIPIENTS: "perhaps",
      VOLLEY_LOG_LEVEL: "loud",
    });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual([
      "REDIS_URL",
      "VOLLEY_LOG_LEVEL",
      "VOLLEY_US_SERVICE_PLAN_ID",
      "VOLLEY_US_API_TOKEN",
      "VOLLEY_MOON_SERVICE_PLAN_ID",
      "VOLLEY_MOON_BASE_URL",
      "VOLLEY_CA_FILE",
      "VOLLEY_AUTH_URL",
      "https_proxy",
      "VOLLEY_WORKER_CONCURRENCY",
      "VOLLEY_KEEP_RECIPIENTS",
    ]);
    expect(problems.join("\n")).not.toContain("with blanks");
  });

  it.each(["", " , ", "US", "eu us", "us,us", "-us"])("wants the names of its regions: %j is none", (regions) => {
    expect(problemsOf({ ...LEAST, VOLLEY_REGIONS: regions })).toEqual([
      expect.stringMatching(/^VOLLEY_REGIONS: expected a comma-separated list of region names/),
    ]);
  });

  it("is frozen all the way down", () => {
    const config = readWorkerConfig(LEAST);
    const parts = [
      config,
      config.redis,
      config.regions,
      config.regions[0],
      config.settings,
      config.settings.keepResults,
    ];
    expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
  });
});
