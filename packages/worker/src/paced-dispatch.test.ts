import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  limitsKey,
  noRecipients,
  overrideArguments,
  type RegionLimits,
} from "@volley/contract";
import type { SinchClient } from "@volley/sinch";
import type { Job } from "bullmq";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../test/region-rig.ts";
import { eventually } from "../../../test/stage/eventually.ts";
import { SETTLED_AFTER_MS } from "./limits-watch.ts";

/** Pieces of 50, which are 50 ms of the rate. */
const PACED: RegionLimits = { ...DEFAULT_REGION_LIMITS, rate: 1_000 };

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

function references(): string[] {
  return rig.emulator.batches().map(({ client_reference }) => String(client_reference).replace(/^.*?(?=\.\d)/, ""));
}

function timesTexted(people: readonly string[]): number[] {
  return [...new Set(people.map((number) => rig.emulator.timesTexted(number)))];
}

/** A client before whose nth request something happens. */
function beforeRequest(nth: number, happen: () => Promise<void>): SinchClient {
  const client = rig.client();
  let requests = 0;
  return {
    ...client,
    sendBatch: async (...input) => {
      requests += 1;
      if (requests === nth) await happen();
      return client.sendBatch(...input);
    },
  };
}

describe("a send that is too large for its region's pace", () => {
  it("is sent in pieces, each recipient once, and its result names all batches", async () => {
    const people = numbers(130);
    const job = await rig.add(textTo(...people));
    await rig.startWorker({ limits: PACED });
    const result = await rig.resultOf(job.id);
    expect(result).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(130), accepted: 130 },
      batches: [{ recipients: 44 }, { recipients: 44 }, { recipients: 42 }],
      errors: [],
    });
    expect(references()).toEqual([".0-43", ".44-87", ".88-129"]);
    expect(timesTexted(people)).toEqual([1]);
  });

  it("is one request as before where an operator allows for such a burst", async () => {
    const job = await rig.add(textTo(...numbers(130)));
    await rig.startWorker({ limits: { ...PACED, burstMs: 1_000 } });
    await rig.resultOf(job.id);
    expect(rig.emulator.requests()).toHaveLength(1);
  });

  it("is cut by message parts where these are what counts", async () => {
    const job = await rig.add({ ...textTo(...numbers(30)), body: "a".repeat(161) });
    await rig.startWorker({ limits: { ...PACED, rateUnit: "parts" } });
    expect((await rig.resultOf(job.id)).batches.map(({ recipients }) => recipients)).toEqual([15, 15]);
  });

  it("asks for the piece whose answer was lost, and for no other", async () => {
    const people = numbers(130);
    rig.emulator.faults.add({ skip: 1, match: { method: "POST" }, action: { kind: "drop", accept: true } });
    const job = await rig.add(textTo(...people));
    await rig.startWorker({ limits: PACED });
    const { batches } = await rig.resultOf(job.id);
    expect(batches.map(({ adopted }) => adopted)).toEqual([false, true, false]);
    expect(rig.emulator.requests().filter(({ method }) => method === "GET")).toHaveLength(1);
    expect(timesTexted(people)).toEqual([1]);
  });

  it("sets aside the recipient whom the provider refuses, and nobody else", async () => {
    const people = numbers(130);
    const [bad = ""] = people.slice(60);
    rig.emulator.faults.add({ times: null, action: { kind: "refuse_recipients", recipients: [bad], named: false } });
    const job = await rig.add(textTo(...people));
    await rig.startWorker({ limits: PACED });
    expect((await rig.resultOf(job.id)).recipients).toMatchObject({ accepted: 129, rejected: 1 });
    expect(timesTexted(people.filter((number) => number !== bad))).toEqual([1]);
  });

  it("is refused once when it is its message that is refused", async () => {
    const body = { code: "syntax_invalid_parameter_format", text: "The format of parameter 'from' is invalid" };
    rig.emulator.faults.add({ times: null, action: { kind: "status", status: 400, body } });
    const job = await rig.add(textTo(...numbers(130)));
    await rig.startWorker({ limits: PACED });
    expect(await rig.resultOf(job.id)).toMatchObject({
      state: "rejected",
      errors: [{ code: body.code, recipients: 130 }],
    });
    expect(rig.emulator.requests()).toHaveLength(1);
  });

  it("expires with all that is left at once", async () => {
    const expireAt = new Date(Date.now() + 2_000).toISOString();
    const job = await rig.add({ ...textTo(...numbers(130)), expire_at: expireAt });
    await rig.startWorker({ limits: { ...PACED, rate: 10 } });
    const { state, recipients, errors } = await rig.resultOf(job.id);
    expect(state).toBe("partial");
    expect(recipients.accepted + recipients.expired).toBe(130);
    expect(errors).toEqual([expect.objectContaining({ code: "expired", recipients: recipients.expired })]);
  });

  it("stops between two pieces while the region is paused, and goes on where it was", async () => {
    const people = numbers(40);
    const job = await rig.add(textTo(...people));
    await rig.startWorker({ limits: { ...PACED, rate: 20 } });
    await eventually(() => rig.emulator.batches().length > 2, "the first pieces");
    await rig.queue.pause();
    const held = await eventually(async () => {
      const now = await rig.queue.getJob(String(job.id));
      return JSON.stringify(now?.progress).includes('"paused"') && now;
    }, "the job back on its queue");
    const sent = rig.emulator.batches().length;
    expect(held.progress).toMatchObject({ unknown_since: null, last: { outcome: "held", code: "paused" } });
    await rig.queue.resume();
    expect((await rig.resultOf(job.id)).recipients.accepted).toBe(40);
    expect(sent).toBeLessThan(40);
    expect(timesTexted(people)).toEqual([1]);
    expect(rig.emulator.requests().filter(({ method }) => method === "GET")).toEqual([]);
  });
});

describe("a Redis that forgets how a send was cut", () => {
  const people = numbers(130);

  /** Sends the first piece, and lets Redis forget all about it. */
  async function forgetFirstPiece(): Promise<Job> {
    rig.emulator.faults.add({ action: { kind: "latency", ms: 300 } });
    const job = await rig.add(textTo(...people));
    const worker = await rig.startWorker({ limits: PACED });
    await eventually(() => rig.emulator.requests().length > 0, "the first piece");
    // A worker that stops leaves the other pieces to the next one.
    await worker.close();
    expect(references()).toEqual([".0-43"]);
    await rig.redis.hset(rig.queue.toKey(String(job.id)), "data", JSON.stringify(textTo(...people)), "ats", 0);
    await rig.redis.hdel(rig.queue.toKey(String(job.id)), "progress");
    await rig.redis.hset(`${rig.prefix}:redis`, "identity", "of another process");
    return job;
  }

  it("is told by a worker that goes on how far it is, before the note says that nothing is in doubt", async () => {
    const job = await rig.add(textTo(...people));
    rig.emulator.faults.add({ skip: 1, match: { method: "POST" }, action: { kind: "status", status: 429 } });
    const client = beforeRequest(2, async () => {
      await rig.redis.hset(rig.queue.toKey(String(job.id)), "data", JSON.stringify(textTo(...people)));
    });
    await rig.startWorker({ client, limits: PACED });
    expect((await rig.resultOf(job.id)).batches.map(({ recipients }) => recipients)).toEqual([44, 44, 42]);
    expect(timesTexted(people)).toEqual([1]);
  });

  it("finds the pieces of one that has expired since", async () => {
    const job = await forgetFirstPiece();
    const expire_at = new Date(Date.now() - 1).toISOString();
    await rig.redis.hset(rig.queue.toKey(String(job.id)), "data", JSON.stringify({ ...textTo(...people), expire_at }));
    await rig.startWorker({ limits: PACED });
    expect((await rig.resultOf(job.id)).recipients).toMatchObject({ accepted: 44, expired: 86 });
  });

  it("sees it cut in the same places, and each piece asked for", async () => {
    const job = await forgetFirstPiece();
    await rig.startWorker({ limits: PACED });
    const { batches } = await rig.resultOf(job.id);
    expect(batches.map(({ adopted, recipients }) => [adopted, recipients])).toEqual([
      [true, 44],
      [false, 44],
      [false, 42],
    ]);
    expect(timesTexted(people)).toEqual([1]);
  });

  it.each([2_000, null])("sees it cut so even when the region's rate is %s since", async (rate) => {
    const job = await forgetFirstPiece();
    const operator = overrideArguments({ rate });
    await rig.redis.eval(CHANGE_LIMITS, 1, limitsKey(rig.prefix, rig.region), ...operator);
    await rig.startWorker({ limits: PACED });
    expect((await rig.resultOf(job.id)).batches.map(({ adopted }) => adopted)).toEqual([true, false, false]);
    expect(timesTexted(people)).toEqual([1]);
  });

  it.each([2_000, null])(
    "finds it cut by the rate before, when %s began to hold while Redis was away",
    async (rate) => {
      const job = await forgetFirstPiece();
      const operator = overrideArguments({ rate });
      await rig.redis.eval(CHANGE_LIMITS, 1, limitsKey(rig.prefix, rig.region), ...operator);
      await rig.redis.hset(limitsKey(rig.prefix, rig.region), "changed_at", Date.now() - SETTLED_AFTER_MS - 500);
      await rig.startWorker({ limits: PACED });
      expect((await rig.resultOf(job.id)).batches.map(({ adopted }) => adopted)).toEqual([true, false, false]);
      expect(timesTexted(people)).toEqual([1]);
    },
  );

  it("is not taken for one that was cut by the rate before when nothing of it was sent", async () => {
    const job = await rig.add(textTo(...people));
    await rig.redis.hset(`${rig.prefix}:redis`, "identity", "of another process");
    const before = JSON.stringify({ rate: "100", rate_unit: "recipients", concurrency: "10", burst_ms: "50" });
    await rig.redis.hset(limitsKey(rig.prefix, rig.region), {
      before,
      changed_at: Date.now() - SETTLED_AFTER_MS - 500,
    });
    await rig.startWorker({ limits: PACED });
    expect((await rig.resultOf(job.id)).batches.map(({ recipients }) => recipients)).toEqual([44, 44, 42]);
    expect(timesTexted(people)).toEqual([1]);
  });
});
