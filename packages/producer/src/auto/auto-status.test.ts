import { describe, expect, it } from "@jest/globals";
import { noRecipients } from "@volley/contract";
import type { RouteRecord } from "./auto-record.ts";
import { type ChildStatus, routedStatus } from "./auto-status.ts";
import type { SendStatus } from "../follow/read-status.ts";

const ID = "auto-0123456789abcdefghjk";

const RECORD: RouteRecord = {
  state: "enqueued",
  fingerprint: "",
  routes: { prefixes: {}, default: "eu" },
  children: [],
  counts: { requested: 3_000, valid: 3_000, duplicate: 0, rejected: 0 },
  rejected: [],
};

function child(region: string, state: SendStatus["state"] | null, fields: Partial<SendStatus> = {}): ChildStatus {
  const id = `${region}-0123456789abcdefghjk`;
  const empty = { parts: null, until: null, result: null, eta: null, delivery: null, failure: null, last: null };
  return { child: { region, id, recipients: 1_500 }, status: state && { id, region, state, ...empty, ...fields } };
}

function settled(region: string): ChildStatus {
  const result = {
    region,
    recipients: { ...noRecipients(1_500), accepted: 1_500 },
    batches: [],
    rejected: [],
    errors: [],
  };
  return child(region, "settled", { result: { state: "accepted", ...result } });
}

function last(at: string): NonNullable<SendStatus["last"]> {
  return { outcome: "throttled", code: "http_429", at };
}

describe("routedStatus", () => {
  it.each<[string, ChildStatus[], SendStatus["state"]]>([
    ["all wait for their time", [child("eu", "scheduled"), child("us", "scheduled")], "scheduled"],
    ["one waits for a worker", [child("eu", "scheduled"), child("us", "queued")], "queued"],
    ["one is at work", [child("eu", "sending"), child("us", "scheduled")], "sending"],
    ["one has ended", [settled("eu"), child("us", "queued")], "sending"],
    ["one is not on its queue yet", [child("eu", "queued"), child("us", null)], "queued"],
    ["all have ended", [settled("eu"), settled("us")], "settled"],
    ["all have ended, one without having been read", [settled("eu"), child("us", "failed")], "settled"],
    ["none could be read", [child("eu", "failed"), child("us", "failed")], "failed"],
  ])("when %s", (_, children, state) => {
    const status = routedStatus(ID, RECORD, children);
    expect(status).toMatchObject({ id: ID, region: "auto", state });
    expect(status.result === null).toBe(state !== "settled");
    expect(status.failure === null).toBe(state !== "failed");
  });

  it("says since when a cancellation waits in a region for the longest", () => {
    const [first, later] = ["2026-12-01T12:00:00.000Z", "2026-12-01T12:01:00.000Z"];
    const children = [child("eu", "queued", { cancelAskedAt: later }), settled("au")];
    expect(routedStatus(ID, RECORD, children)).toMatchObject({ cancelAskedAt: later });
    children.push(child("us", "settled", { cancelAskedAt: first }));
    expect(routedStatus(ID, RECORD, children)).toMatchObject({ cancelAskedAt: first });
    expect(routedStatus(ID, RECORD, [settled("eu")])).not.toHaveProperty("cancelAskedAt");
  });

  it("adds up parts; a send that has none of its own counts as one per thousand recipients", () => {
    const children = [child("eu", "sending", { parts: { total: 5, done: 3 } }), child("us", "queued"), settled("au")];
    expect(routedStatus(ID, RECORD, children).parts).toEqual({ total: 9, done: 5 });
    expect(routedStatus(ID, RECORD, [settled("eu")]).parts).toBeNull();
  });

  it("is done when the last region is, which nobody knows while one is not known", () => {
    const [soon, late] = ["2026-12-01T09:00:00.000Z", "2026-12-01T10:00:00.000Z"];
    const known = [child("eu", "queued", { eta: late }), child("us", "sending", { eta: soon }), settled("au")];
    expect(routedStatus(ID, RECORD, known).eta).toBe(late);
    expect(routedStatus(ID, RECORD, [...known, child("br", "queued")]).eta).toBeNull();
  });

  it("is held until the first region goes, and tells the last try of all", () => {
    const [soon, late] = ["2026-12-01T09:00:00.000Z", "2026-12-01T10:00:00.000Z"];
    const held = [child("eu", "scheduled", { until: late }), child("us", "scheduled", { until: soon })];
    expect(routedStatus(ID, RECORD, held).until).toBe(soon);
    const tried = [child("eu", "queued", { last: last(late) }), child("us", "queued", { last: last(soon) })];
    expect(routedStatus(ID, RECORD, tried).last).toEqual(last(late));
  });

  it("counts whom nobody knows anything about where a send could not be read", () => {
    const status = routedStatus(ID, RECORD, [settled("eu"), child("us", "failed", { failure: "it has mistakes" })]);
    expect(status.result).toMatchObject({
      state: "partial",
      recipients: { requested: 3_000, accepted: 1_500, unknown: 1_500 },
      errors: [{ part: 0, region: "us", code: "part_failed", text: "it has mistakes", recipients: 1_500 }],
    });
  });
});
