import { describe, expect, it } from "@jest/globals";
import type { SendStatus } from "@volley/producer";
import { followSends } from "./follow-sends.ts";

function status(id: string, changed: Partial<SendStatus> = {}): SendStatus {
  return {
    id,
    region: "us",
    state: "queued",
    parts: null,
    until: null,
    result: null,
    failure: null,
    eta: null,
    last: null,
    ...changed,
  };
}

const SENDS = [
  { id: "us-a", recipients: 3_000 },
  { id: "us-b", recipients: 500 },
];

/** A producer that goes through stages, one at every round of questions. */
function producerOf(stages: Record<string, SendStatus | null>[]) {
  let asked = 0;
  return {
    status: async (id: string) => {
      const stage = stages[Math.min(Math.floor(asked / SENDS.length), stages.length - 1)];
      asked += 1;
      return stage?.[id] ?? null;
    },
  };
}

describe("followSends", () => {
  it("moves the bar by recipients until every send has ended", async () => {
    const shown: number[] = [];
    const last = { "us-a": status("us-a", { state: "settled" }), "us-b": status("us-b", { state: "failed" }) };
    const producer = producerOf([
      { "us-a": status("us-a"), "us-b": status("us-b") },
      { "us-a": status("us-a", { state: "sending", parts: { total: 3, done: 2 } }), "us-b": status("us-b") },
      { "us-a": status("us-a", { state: "sending", parts: { total: 3, done: 2 } }), "us-b": last["us-b"] },
      last,
    ]);
    const bar = { update: (done: number) => void shown.push(done) };
    const statuses = await followSends(producer, SENDS, bar, new AbortController().signal);
    expect(shown).toEqual([0, 2_000, 2_500, 3_500]);
    expect(statuses).toEqual([last["us-a"], last["us-b"]]);
  });

  it("takes a send that is gone for ended", async () => {
    const producer = producerOf([{ "us-a": null, "us-b": status("us-b", { state: "settled" }) }]);
    const statuses = await followSends(producer, SENDS, { update: () => {} }, new AbortController().signal);
    expect(statuses.map((one) => one?.id ?? null)).toEqual([null, "us-b"]);
  });

  it("ends with the reason when it is interrupted, at once", async () => {
    const interrupted = new AbortController();
    const reason = new Error("the worker has ended by itself");
    const bar = { update: () => interrupted.abort(reason) };
    const producer = producerOf([{ "us-a": status("us-a"), "us-b": status("us-b") }]);
    await expect(followSends(producer, SENDS, bar, interrupted.signal)).rejects.toBe(reason);
  });
});
