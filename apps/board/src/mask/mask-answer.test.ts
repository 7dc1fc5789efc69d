import { appRoutes } from "@bull-board/api/dist/routes.js";
import { describe, expect, it } from "@jest/globals";

import { createMasks } from "./create-masks.ts";
import { createHiddenIds } from "./hidden-ids.ts";

const MSISDN = "46701234567";
const JOB_ROUTE = "/api/queues/:queueName/:jobId";
const hidden = createHiddenIds(() => "pass");
const { answer } = createMasks(hidden);

const JOB = {
  id: "us-done",
  failedReason: `no ${MSISDN}`,
  stacktrace: [`Error: no ${MSISDN}`],
  opts: {
    jobId: "us-done",
    attempts: 3,
    deduplication: { id: MSISDN },
    parent: { id: `+${MSISDN}`, queue: "volley-us" },
  },
  deduplicationId: MSISDN,
  timestamp: 1_796_112_000_000,
  processedOn: Number(MSISDN),
  data: { to: "2 recipients" },
};

const MASKED = {
  id: "us-done",
  failedReason: "no [number]",
  stacktrace: ["Error: no [number]"],
  opts: {
    jobId: "us-done",
    attempts: 3,
    deduplication: { id: "(11 characters)" },
    parent: { id: hidden.show(`+${MSISDN}`), queue: "volley-us" },
  },
  deduplicationId: "(11 characters)",
  timestamp: 1_796_112_000_000,
  processedOn: undefined,
  data: { to: "2 recipients" },
};

describe("createAnswerMask", () => {
  it("masks why a job failed and what identifies it, and keeps what links need", () => {
    expect(answer(JOB_ROUTE, 200, { job: JOB, status: "failed" })).toEqual({ job: MASKED, status: "failed" });
    expect(answer("/api/queues", 200, { queues: [{ name: "volley-us", jobs: [JOB] }] })).toEqual({
      queues: [{ name: "volley-us", jobs: [MASKED] }],
    });
  });

  it("masks logs", () => {
    const lines = [`refused ${MSISDN}`, "fine"];
    expect(answer(`${JOB_ROUTE}/logs`, 200, lines)).toEqual(["refused [number]", "fine"]);
  });

  it("masks a flow all the way down", () => {
    const node = { id: `+${MSISDN}`, name: MSISDN, progress: { last: MSISDN }, queueName: `q${MSISDN}` };
    const failures = { ignoredChildFailureReasons: { [`{volley}:volley-us:${MSISDN}`]: `no ${MSISDN}` } };
    const flowRoot = { ...node, children: [{ ...node, children: [{ ...node, ...failures }] }] };
    const masked = JSON.stringify(answer(`${JOB_ROUTE}/flow`, undefined, { nodeId: `+${MSISDN}`, flowRoot }));
    expect(masked).not.toContain(MSISDN);
    expect(masked).toContain('"ignoredChildFailureReasons":{"0":"no [number]"}');
    expect(answer(`${JOB_ROUTE}/flow`, 200, { nodeId: "17", isFlowNode: false, flowRoot: null })).toEqual({
      nodeId: "17",
      isFlowNode: false,
      flowRoot: null,
    });
  });

  it("masks schedulers and their templates", () => {
    const template = { data: { to: [MSISDN], body: "Hi Ann" }, opts: { note: MSISDN } };
    const scheduler = { id: `daily-${MSISDN}`, name: MSISDN, pattern: "0 9 * * *", every: 3_600_000, template };
    const masked = JSON.stringify(answer("/api/job-schedulers", 200, { schedulers: [scheduler] }));
    expect(masked).not.toMatch(/46701234567|Ann/);
    expect(masked).toContain('"pattern":"0 9 * * *","every":3600000');
    expect(masked).toContain('"to":"1 recipient"');
  });

  it("masks the words of errors", () => {
    const options = { jobId: `+${MSISDN}`, state: "active", other: MSISDN };
    const body = { error: { key: "ERRORS.JOB_IS_ACTIVE", options }, message: `no ${MSISDN}` };
    expect(answer(`${JOB_ROUTE}/clean`, 409, body)).toEqual({
      error: {
        key: "ERRORS.JOB_IS_ACTIVE",
        options: { jobId: hidden.show(`+${MSISDN}`), state: "active", other: "text of 11 characters" },
      },
      message: "no [number]",
    });
  });

  it("only describes what it does not know", () => {
    expect(answer("/api/new", 200, { names: [MSISDN], deep: { [MSISDN]: MSISDN } })).toEqual({
      names: "list of 1 entry",
      deep: { "(11 characters)": "text of 11 characters" },
    });
  });

  it("knows every question that bull-board answers, and changes nothing harmless", () => {
    const questions = appRoutes.api.flatMap(({ method, route }) => (method === "get" ? [String(route)] : []));
    expect(Object.keys(HARMLESS).toSorted()).toEqual(questions.toSorted());
    for (const [route, body] of Object.entries(HARMLESS)) expect(answer(route, 200, body)).toEqual(body);
  });
});

const HARMLESS_JOB = {
  id: "17",
  name: "send",
  data: { to: "2 recipients" },
  progress: 0,
  opts: { attempts: 3, delay: 1_000, backoff: { type: "exponential", delay: 5_000 }, removeOnFail: { age: 3_600 } },
  stacktrace: ["Error: no\n    at worker.js:595:32"],
  timestamp: 1_796_112_000_000,
  isFailed: false,
  returnValue: null,
};

const HARMLESS_NODE = { id: "17", name: "send", progress: 0, state: "completed", queueName: "volley-us" };

/** An answer of each kind, in which nothing is to be hidden. */
const HARMLESS: Readonly<Record<string, unknown>> = {
  "/api/redis/stats": { version: "7.4.0", port: 16_379, memory: { used: 123_456_789 } },
  "/api/queues": {
    queues: [
      {
        name: "volley-us",
        description: "paused",
        statuses: ["latest", "active"],
        counts: { completed: 1_234_567 },
        jobs: [HARMLESS_JOB],
        pagination: { pageCount: 1, range: { start: 0, end: 49 } },
        isPaused: false,
        hasWorkers: null,
        globalConcurrency: 10,
        activeRateLimitTtl: 0,
        jobSchedulerCount: 1,
      },
    ],
  },
  "/api/job-schedulers": {
    schedulers: [{ id: "daily", name: "send", pattern: "0 9 * * *", tz: "Europe/Stockholm", next: 1_796_112_000_000 }],
  },
  "/api/queues/:queueName/metrics": {
    completed: { meta: { count: 1, prevTS: 1_796_112_000_000, prevCount: 0 }, data: [1, 2], count: 2 },
    failed: null,
  },
  "/api/queues/:queueName/default-job-options": { attempts: 3 },
  "/api/queues/:queueName/workers": { workers: [{ id: "12", name: null, addr: "10.0.0.1:54321", age: 60 }] },
  "/api/queues/:queueName/rate-limit": { supported: true, rateLimit: { max: 10, duration: 1_000 } },
  "/api/queues/:queueName/job-data-schema": {},
  [JOB_ROUTE]: { job: HARMLESS_JOB, status: "completed" },
  [`${JOB_ROUTE}/logs`]: ["held until 2026-12-01T09:00:00.000Z"],
  [`${JOB_ROUTE}/flow`]: {
    nodeId: "17",
    isFlowNode: true,
    flowRoot: { ...HARMLESS_NODE, children: [{ ...HARMLESS_NODE, dependencies: { processed: 1 } }] },
  },
};
