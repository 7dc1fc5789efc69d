import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { redisForgets } from "../../../../test/redis-forgets.ts";
import {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  decidedOf,
  decisionFields,
  LEDGER_FIELD,
  limitsKey,
  noRecipients,
  overrideArguments,
  readJobData,
  type RegionLimits,
} from "@volley/contract";
import type { SinchClient } from "@volley/sinch";
import type { Job } from "bullmq";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";

/** Lots of 50, which are 50 ms of the rate. */
const PACED: RegionLimits = { ...DEFAULT_REGION_LIMITS, rate: 1_000, burstMs: 50 };

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** How the references of the batches end, behind the job's ID. */
function marks(id: string | undefined): string[] {
  const ending = `~${id}`;
  return rig.emulator.batches().map(({ client_reference: reference = "" }) => {
    return reference.slice(reference.lastIndexOf(ending) + ending.length);
  });
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
  it("is sent in lots, each recipient once, and its result names all batches", async () => {
    const people = numbers(130);
    const job = await rig.add(textTo(...people));
    await rig.startWorker({ limits: PACED });
    const result = await rig.resultOf(job.id);
    expect(result).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(130), accepted: 130 },
      batches: [{ recipients: 44 }, { recipients: 43 }, { recipients: 43 }],
      errors: [],
    });
    expect(marks(job.id)).toEqual(["", ".44", ".87"]);
    expect(timesTexted(people)).toEqual([1]);
  });

  it("is one request by default, where it takes no more than a second of the rate", async () => {
    const job = await rig.add(textTo(...numbers(130)));
    await rig.startWorker({ limits: { rate: 130 } });
    await rig.resultOf(job.id);
    expect(rig.emulator.requests()).toHaveLength(1);
  });

  it("is sent a second of the rate at a time by default, however slow the region is", async () => {
    const job = await rig.add(textTo(...numbers(40)));
    await rig.startWorker({ limits: { rate: 20 } });
    expect((await rig.resultOf(job.id)).batches.map(({ recipients }) => recipients)).toEqual([20, 20]);
  });

  it("keeps after each lot what is new, and never the whole send again", async () => {
    const job = await rig.add(textTo(...numbers(1_000)));
    const key = rig.queue.toKey(String(job.id));
    await rig.startWorker({ limits: PACED });
    const head = await eventually(async () => {
      const kept = await rig.redis.hget(key, LEDGER_FIELD);
      return decidedOf(kept) >= 3 && kept;
    }, "the first lots");
    expect(head.length).toBeLessThan(200);
    expect(readJobData(JSON.parse((await rig.redis.hget(key, "data")) ?? "null")).kind).toBe("send");
    const result = await rig.resultOf(job.id);
    expect(result.batches).toHaveLength(20);
    // What stood beside the data has gone with the recipients; which event has told of the result stays, and that it is listed.
    expect((await rig.redis.hkeys(key)).filter((field) => field.startsWith("volley:")).toSorted()).toEqual([
      "volley:listed",
      "volley:told",
    ]);
  });

  it("keeps all that was decided where Redis has forgotten some of it meanwhile", async () => {
    const job = await rig.add(textTo(...numbers(200)));
    const key = rig.queue.toKey(String(job.id));
    const client = beforeRequest(3, async () => {
      await rig.redis.hdel(key, LEDGER_FIELD, ...decisionFields(0, 2));
    });
    // A worker that stops leaves the others to the next one.
    rig.emulator.faults.add({ skip: 2, action: { kind: "latency", ms: 500 } });
    const worker = await rig.startWorker({ client, limits: PACED });
    await eventually(() => rig.emulator.requests().length > 2, "the third lot");
    await worker.close();
    expect(decidedOf(await rig.redis.hget(key, LEDGER_FIELD))).toBe(3);
    await rig.startWorker({ limits: PACED });
    const result = await rig.resultOf(job.id);
    expect(result.recipients).toEqual({ ...noRecipients(200), accepted: 200 });
    expect(result.batches).toHaveLength(4);
    expect(timesTexted(numbers(200))).toEqual([1]);
  });

  it("is cut by segments where these are what counts", async () => {
    const job = await rig.add({ ...textTo(...numbers(30)), body: "a".repeat(161) });
    await rig.startWorker({ limits: { ...PACED, rateUnit: "segments" } });
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

  it("rejects the recipient whom the provider takes for a bad one, and nobody else", async () => {
    const people = numbers(130);
    const [bad = ""] = people.slice(60);
    rig.emulator.faults.add({ times: null, action: { kind: "reject_recipients", recipients: [bad], named: false } });
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
    expect({ state, recipients }).toEqual({
      state: "partial",
      recipients: { ...noRecipients(130), accepted: recipients.accepted, expired: 130 - recipients.accepted },
    });
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

  /** Sends the first lot, and lets Redis forget all about it. */
  async function forgetFirstLot(): Promise<Job> {
    rig.emulator.faults.add({ action: { kind: "latency", ms: 300 } });
    const job = await rig.add(textTo(...people));
    const worker = await rig.startWorker({ limits: PACED });
    await eventually(() => rig.emulator.requests().length > 0, "the first lot");
    // A worker that stops leaves the other lots to the next one.
    await worker.close();
    expect(marks(job.id)).toEqual([""]);
    const key = rig.queue.toKey(String(job.id));
    await rig.redis.hset(key, "ats", 0);
    await rig.redis.hdel(key, "progress", LEDGER_FIELD, ...decisionFields(0, 3));
    await redisForgets(rig.redis, rig.prefix);
    return job;
  }

  it("is told by the note of a worker that goes on how far it was: an earlier lot is not taken for the next one", async () => {
    const job = await rig.add(textTo(...people));
    rig.emulator.faults.add({ skip: 1, match: { method: "POST" }, action: { kind: "status", status: 429 } });
    const client = beforeRequest(2, async () => {
      await rig.redis.hdel(rig.queue.toKey(String(job.id)), LEDGER_FIELD, ...decisionFields(0, 3));
    });
    await rig.startWorker({ client, limits: PACED });
    const { batches } = await rig.resultOf(job.id);
    expect(batches.map(({ adopted, recipients }) => [adopted, recipients])).toEqual([
      [true, 44],
      [false, 43],
      [false, 43],
    ]);
    expect(timesTexted(people)).toEqual([1]);
  });

  it("finds the lots of one that has expired since", async () => {
    const job = await forgetFirstLot();
    const expire_at = new Date(Date.now() - 1).toISOString();
    await rig.redis.hset(rig.queue.toKey(String(job.id)), "data", JSON.stringify({ ...textTo(...people), expire_at }));
    await rig.startWorker({ limits: PACED });
    expect((await rig.resultOf(job.id)).recipients).toMatchObject({ accepted: 44, expired: 86 });
  });

  it.each<{ title: string; limits: Partial<RegionLimits>; lots: number[] }>([
    { title: "the same", limits: {}, lots: [44, 43, 43] },
    { title: "twice as high", limits: { rate: 2_000 }, lots: [44, 86] },
    { title: "taken away", limits: { rate: null }, lots: [44, 86] },
    { title: "half as high", limits: { rate: 500 }, lots: [44, 22, 22, 21, 21] },
    { title: "to be kept less smoothly", limits: { burstMs: 1_000 }, lots: [44, 86] },
  ])(
    "sees each lot asked for, and those that are there taken as they are: the pace is $title",
    async ({ limits, lots }) => {
      const job = await forgetFirstLot();
      const operator = overrideArguments(limits);
      await rig.redis.eval(CHANGE_LIMITS, 1, limitsKey(rig.prefix, rig.region), ...operator);
      await rig.startWorker({ limits: PACED });
      const { batches } = await rig.resultOf(job.id);
      expect(batches.map(({ adopted }) => adopted)).toEqual(lots.map((_, index) => index === 0));
      expect(batches.map(({ recipients }) => recipients)).toEqual(lots);
      expect(timesTexted(people)).toEqual([1]);
    },
  );

  it("is not taken for having sent anything when nothing of it was sent", async () => {
    const job = await rig.add(textTo(...people));
    await redisForgets(rig.redis, rig.prefix);
    await rig.startWorker({ limits: PACED });
    expect((await rig.resultOf(job.id)).batches.map(({ recipients }) => recipients)).toEqual([44, 43, 43]);
    expect(timesTexted(people)).toEqual([1]);
  });
});
