import { describe, expect, it } from "@jest/globals";
import { ProducerError, type SendStatus } from "@volley/producer";
import { CliError } from "../exit/cli-error.ts";
import { followSends } from "./follow-sends.ts";

function status(id: string, changed: Partial<SendStatus> = {}): SendStatus {
  return {
    id,
    region: "us",
    state: "queued",
    parts: null,
    until: null,
    result: null,
    delivery: null,
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
    const bar = { update: (done: number) => void shown.push(done), say: () => {} };
    const statuses = await followSends(producer, SENDS, bar, new AbortController().signal);
    expect(shown).toEqual([0, 2_000, 2_500, 3_500]);
    expect(statuses).toEqual([last["us-a"], last["us-b"]]);
  });

  it("takes a send that is gone for ended", async () => {
    const producer = producerOf([{ "us-a": null, "us-b": status("us-b", { state: "settled" }) }]);
    const statuses = await followSends(
      producer,
      SENDS,
      { update: () => {}, say: () => {} },
      new AbortController().signal,
    );
    expect(statuses.map((one) => one?.id ?? null)).toEqual([null, "us-b"]);
  });

  it("ends with the reason when it is interrupted, at once", async () => {
    const interrupted = new AbortController();
    const reason = new Error("the worker has ended by itself");
    const bar = { update: () => interrupted.abort(reason), say: () => {} };
    const producer = producerOf([{ "us-a": status("us-a"), "us-b": status("us-b") }]);
    await expect(followSends(producer, SENDS, bar, interrupted.signal)).rejects.toBe(reason);
  });

  it("says once what a send waits for, and again when it comes again", async () => {
    const said: string[] = [];
    const sendAt = "2026-12-01T09:00:00.000Z";
    const hold = { region: "us", reason: null, since: null, nextProbe: null };
    const scheduled = status("us-a", { state: "scheduled", until: "2026-12-01T08:59:00.000Z", sendAt });
    const paused = status("us-b", { holds: [{ ...hold, state: "paused" }] });
    const held = (reason: string): SendStatus => status("us-b", { holds: [{ ...hold, state: "held", reason }] });
    const ended = status("us-a", { state: "settled" });
    const producer = producerOf([
      { "us-a": scheduled, "us-b": paused },
      { "us-a": scheduled, "us-b": paused },
      { "us-a": ended, "us-b": held("http_503") },
      { "us-a": ended, "us-b": status("us-b") },
      { "us-a": ended, "us-b": held("timeout") },
      { "us-a": ended, "us-b": paused },
      { "us-a": ended, "us-b": ended },
    ]);
    const bar = { update: () => {}, say: (sentence: string) => void said.push(sentence) };
    await followSends(producer, SENDS, bar, new AbortController().signal);
    expect(said).toEqual([
      expect.stringMatching(/^us-a: scheduled for 2026-12-01 09:00 UTC|^us-a: scheduled for 09:00 UTC/),
      "us is paused: volley region resume us",
      "us backs off: http_503",
      "us is paused: volley region resume us",
    ]);
  });

  it("waits for a Redis that is away for a moment, and says so", async () => {
    const said: string[] = [];
    const away = new ProducerError("VOLLEY_REDIS_UNAVAILABLE", "Redis cannot be reached");
    let asked = 0;
    const producer = {
      status: async (id: string) => {
        asked += 1;
        if (asked <= 4) throw away;
        return status(id, { state: "settled" });
      },
    };
    const bar = { update: () => {}, say: (sentence: string) => void said.push(sentence) };
    const statuses = await followSends(producer, SENDS, bar, new AbortController().signal);
    expect(statuses.map((one) => one?.state)).toEqual(["settled", "settled"]);
    expect(said).toEqual([
      expect.stringMatching(/^Redis does not answer; what is on the queue goes on/),
      "Redis answers again",
    ]);
  });

  it("ends when Redis stays away, and does not say that nothing was sent", async () => {
    const producer = {
      status: async () => {
        throw new ProducerError("VOLLEY_REDIS_UNAVAILABLE", "Redis cannot be reached");
      },
    };
    const bar = { update: () => {}, say: () => {} };
    await expect(followSends(producer, SENDS, bar, new AbortController().signal, 1)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(
        "what Redis has kept is sent when it answers, and the rest is lost: volley status us-a, volley status us-b",
      ),
    });
  });

  it("promises nothing of a Redis that is away when it is interrupted", async () => {
    const interruption = new AbortController();
    const producer = {
      status: async () => {
        throw new ProducerError("VOLLEY_REDIS_UNAVAILABLE", "Redis cannot be reached");
      },
    };
    const bar = { update: () => {}, say: () => interruption.abort(new CliError("interrupted", { exitCode: 130 })) };
    await expect(followSends(producer, SENDS, bar, interruption.signal)).rejects.toMatchObject({
      exitCode: 130,
      message: expect.stringContaining("what Redis has kept is sent when it answers, and the rest is lost"),
    });
  });
});
