import { describe, expect, it } from "@jest/globals";
import { noRecipients, type SendResult } from "@volley/contract";
import { createMetrics } from "@volley/runtime";
import { FAILURE_CAUSES } from "@volley/sinch";
import { createWorkerMetrics } from "./worker-metrics.ts";

const RECIPIENT = "46701234567";
const TEXT = "what the provider said about 46701234567";

const PARTIAL: SendResult = {
  state: "partial",
  region: "us",
  recipients: { ...noRecipients(5), accepted: 3, rejected: 1, duplicate: 1 },
  batches: [{ id: "01HE0000000000000000000000", part: 0, recipients: 3, accepted_at: "2026-12-01", adopted: false }],
  rejected: [{ recipient: RECIPIENT, reason: TEXT, by: "provider" }],
  errors: [{ part: 1, code: "syntax_invalid_json", text: TEXT, recipients: 1 }],
};

function start(regions: readonly string[] = ["us"]) {
  const { registry } = createMetrics();
  const observer = createWorkerMetrics(registry, regions);
  const valueOf = async (name: string, labels: Record<string, string> = {}): Promise<number | undefined> => {
    const { values = [] } = (await registry.getSingleMetric(name)?.get()) ?? {};
    const isWanted = (found: Partial<Record<string, string | number>>): boolean =>
      Object.entries({ region: "us", ...labels }).every(([label, value]) => found[label] === value);
    return values.find((entry) => isWanted(entry.labels))?.value;
  };
  return { registry, observer, valueOf };
}

describe("createWorkerMetrics", () => {
  it("has every series of every region from the start, at zero", async () => {
    const { registry } = start(["us", "eu"]);
    const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith("volley_"));
    const counted = (name: string): number => lines.filter((line) => line.startsWith(`${name}{`)).length;
    expect(lines.filter((line) => !line.endsWith(" 0"))).toEqual([]);
    expect({
      requests: counted("volley_requests_total"),
      failures: counted("volley_failures_total"),
      durations: counted("volley_request_duration_seconds_count"),
      accepted: counted("volley_recipients_accepted_total"),
      asks: counted("volley_asks_total"),
      sends: counted("volley_sends_total"),
      recipients: counted("volley_recipients_total"),
      backOffs: counted("volley_back_offs_total"),
      suspended: counted("volley_region_suspended"),
    }).toEqual({
      requests: 2 * 6,
      failures: 2 * FAILURE_CAUSES.length,
      durations: 2,
      accepted: 2,
      asks: 2 * 6,
      sends: 2 * 6,
      recipients: 2 * 7,
      backOffs: 2 * 2,
      suspended: 2,
    });
  });

  it("counts requests by outcome, and recipients when it is written down how they ended", async () => {
    const { observer, valueOf } = start();
    observer.requestEnded({ region: "us", outcome: "accepted", cause: null, recipients: 1_000, durationMs: 300 });
    observer.requestEnded({ region: "us", outcome: "rejected", cause: null, recipients: 7, durationMs: 3_000 });
    expect(await valueOf("volley_requests_total", { outcome: "accepted" })).toBe(1);
    expect(await valueOf("volley_requests_total", { outcome: "rejected" })).toBe(1);
    expect(await valueOf("volley_recipients_accepted_total")).toBe(0);
    observer.ended({ region: "us", recipients: { ...noRecipients(1_000), accepted: 1_000 } });
    observer.ended({ region: "us", recipients: { ...noRecipients(6), accepted: 5, expired: 1 } });
    expect(await valueOf("volley_recipients_accepted_total")).toBe(1_005);
    expect(await valueOf("volley_recipients_total", { ending: "accepted" })).toBe(1_005);
    expect(await valueOf("volley_recipients_total", { ending: "expired" })).toBe(1);
  });

  it("counts what got no usable answer by its cause, requests and questions", async () => {
    const { observer, valueOf } = start();
    const request = { region: "us", recipients: 1, durationMs: 1 };
    observer.requestEnded({ ...request, outcome: "unavailable", cause: "connect_failed" });
    observer.requestEnded({ ...request, outcome: "accepted", cause: null });
    observer.asked({ region: "us", answer: "unasked", cause: "connect_failed" });
    observer.asked({ region: "us", answer: "unasked", cause: "http_503" });
    expect(await valueOf("volley_failures_total", { cause: "connect_failed" })).toBe(2);
    expect(await valueOf("volley_failures_total", { cause: "http_503" })).toBe(1);
    expect(await valueOf("volley_failures_total", { cause: "timeout" })).toBe(0);
  });

  it("counts parts in doubt, unexpected errors and lost workers, from zero", async () => {
    const { observer, valueOf } = start();
    const names = ["volley_parts_in_doubt_total", "volley_unexpected_errors_total", "volley_lost_workers_total"];
    const values = async () => Promise.all(names.map(async (name) => valueOf(name)));
    expect(await values()).toEqual([0, 0, 0]);
    observer.doubted({ region: "us" });
    for (let times = 0; times < 2; times += 1) observer.crashed({ region: "us" });
    for (let times = 0; times < 3; times += 1) observer.lostWorker({ region: "us" });
    expect(await values()).toEqual([1, 2, 3]);
  });

  it("counts who was taken out of batches that waited, and who was not in time, from zero", async () => {
    const { observer, valueOf } = start();
    const values = async () =>
      Promise.all(["out", "too_late"].map(async (outcome) => valueOf("volley_taken_out_total", { outcome })));
    expect(await values()).toEqual([0, 0]);
    observer.takenOut({ region: "us", outcome: "out", recipients: 3 });
    observer.takenOut({ region: "us", outcome: "too_late", recipients: 1 });
    expect(await values()).toEqual([3, 1]);
    expect(await valueOf("volley_waiting_batches_left_total")).toBe(0);
    observer.notTakenFrom({ region: "us" });
    expect(await valueOf("volley_waiting_batches_left_total")).toBe(1);
  });

  it("measures durations in seconds", async () => {
    const { registry, observer } = start();
    observer.requestEnded({ region: "us", outcome: "unknown", cause: "timeout", recipients: 1, durationMs: 300 });
    const text = await registry.metrics();
    expect(text).toContain('volley_request_duration_seconds_sum{region="us"} 0.3');
    expect(text).toContain('volley_request_duration_seconds_bucket{le="0.25",region="us"} 0');
    expect(text).toContain('volley_request_duration_seconds_bucket{le="0.5",region="us"} 1');
  });

  it("counts a settled send once, and its people only as they end", async () => {
    const { observer, valueOf } = start();
    observer.ended({ region: "us", recipients: PARTIAL.recipients });
    observer.settled({ region: "us", result: PARTIAL });
    expect(await valueOf("volley_sends_total", { state: "partial" })).toBe(1);
    expect(await valueOf("volley_recipients_total", { ending: "accepted" })).toBe(3);
    expect(await valueOf("volley_recipients_total", { ending: "rejected" })).toBe(1);
    expect(await valueOf("volley_recipients_total", { ending: "duplicate" })).toBe(1);
    expect(await valueOf("volley_recipients_total", { ending: "expired" })).toBe(0);
    expect(await valueOf("volley_recipients_total", { ending: "requested" })).toBeUndefined();
  });

  it("counts questions and back-offs, and shows a suspension while it lasts", async () => {
    const { observer, valueOf } = start();
    observer.asked({ region: "us", answer: "found", cause: null });
    observer.backedOff({ region: "us", reason: "throttled", delayMs: 1_000 });
    observer.suspended({ region: "us", isSuspended: true });
    expect(await valueOf("volley_asks_total", { answer: "found" })).toBe(1);
    expect(await valueOf("volley_back_offs_total", { reason: "throttled" })).toBe(1);
    expect(await valueOf("volley_region_suspended")).toBe(1);
    observer.suspended({ region: "us", isSuspended: false });
    expect(await valueOf("volley_region_suspended")).toBe(0);
  });

  it("keeps regions apart", async () => {
    const { observer, valueOf } = start(["us", "eu"]);
    observer.backedOff({ region: "eu", reason: "unavailable", delayMs: 1 });
    expect(await valueOf("volley_back_offs_total", { region: "eu", reason: "unavailable" })).toBe(1);
    expect(await valueOf("volley_back_offs_total", { region: "us", reason: "unavailable" })).toBe(0);
  });

  it("shows nobody's number, no batch and no text of the provider", async () => {
    const { registry, observer } = start();
    observer.settled({ region: "us", result: PARTIAL });
    const text = await registry.metrics();
    expect(text).toContain('volley_sends_total{region="us",state="partial"} 1');
    for (const secret of [RECIPIENT, TEXT, "01HE0000000000000000000000"]) expect(text).not.toContain(secret);
  });
});
