import { describe, expect, it } from "@jest/globals";

import { maskResponse } from "./mask-response.ts";

const MSISDN = "46701234567";

describe("maskResponse", () => {
  it("masks why a job failed and what identifies it, and keeps the IDs that links need", () => {
    const job = {
      id: "us-12345678",
      failedReason: `no ${MSISDN}`,
      stacktrace: [`Error: no ${MSISDN}`],
      opts: { jobId: "us-12345678", attempts: 3, deduplication: { id: MSISDN }, parent: { id: "us-12345678" } },
      deduplicationId: MSISDN,
      data: { to: "2 recipients" },
    };
    const masked = {
      id: "us-12345678",
      failedReason: "no [number]",
      stacktrace: ["Error: no [number]"],
      opts: { jobId: "us-12345678", attempts: 3, deduplication: { id: "[number]" }, parent: { id: "us-12345678" } },
      deduplicationId: "[number]",
      data: { to: "2 recipients" },
    };
    expect(maskResponse({ job, status: "failed" })).toEqual({ job: masked, status: "failed" });
    expect(maskResponse({ queues: [{ name: "volley-us", jobs: [job] }] })).toEqual({
      queues: [{ name: "volley-us", jobs: [masked] }],
    });
  });

  it("masks logs", () => {
    expect(maskResponse([`refused ${MSISDN}`, "fine"])).toEqual(["refused [number]", "fine"]);
  });

  it("masks a flow all the way down", () => {
    const node = { id: "a", name: MSISDN, progress: { last: MSISDN }, ignoredChildFailureReasons: { "q:a": MSISDN } };
    const masked = JSON.stringify(maskResponse({ flowRoot: { ...node, children: [{ ...node, children: [node] }] } }));
    expect(masked).not.toContain(MSISDN);
    expect(masked).toContain('"q:a":"[number]"');
  });

  it("masks the templates of schedulers and the messages of errors", () => {
    const template = { data: { to: [MSISDN], body: "Hi Ann" }, opts: { note: MSISDN } };
    const masked = JSON.stringify(maskResponse({ schedulers: [{ key: "daily", template }], message: `no ${MSISDN}` }));
    expect(masked).not.toContain(MSISDN);
    expect(masked).not.toContain("Ann");
    expect(masked).toContain("1 recipient");
  });
});
