import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { redisForgets } from "../../../../test/redis-forgets.ts";
import { cancelKey, noRecipients, partId, type PlannedSend, readJobData, readSend, sendId } from "@volley/contract";
import type { Job } from "bullmq";
import { eventually } from "../../../../test/stage/eventually.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { partOfSend } from "../plan/split-send.ts";

const EVERYBODY = numbers(2_500);
const SEND = { ...textTo(...EVERYBODY), body: "Hi ${name}", parameters: { name: namesOf(EVERYBODY) } };
const DROPPED = { kind: "drop", accept: false } as const;
const LATER = new Date(Date.now() + 3_600_000);

let rig: RegionRig;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  id = sendId("eu");
});

afterEach(async () => rig.close());

describe("a send of more than 1,000 recipients", () => {
  it("reaches everybody once, each with their own name, and settles with the batches of its parts", async () => {
    const job = await rig.add({ ...SEND, to: [...EVERYBODY, `+${EVERYBODY[0]}`, "nobody"] }, { jobId: id });
    await rig.startWorker();
    const result = await rig.resultOf(id);
    expect(result).toMatchObject({
      state: "accepted",
      recipients: { ...noRecipients(2_502), accepted: 2_500, duplicate: 1, rejected: 1 },
      rejected: [{ recipient: "nobody", reason: "invalid_msisdn", by: "volley" }],
      errors: [],
    });
    expect(result.batches.map(({ part, recipients }) => [part, recipients])).toEqual([
      [0, 1_000],
      [1, 1_000],
      [2, 500],
    ]);
    expectOnceEach(rig);
    expect(rig.emulator.textsTo("46700002499")).toEqual(["Hi N46700002499"]);
    const settled = await rig.queue.getJob(String(job.id));
    expect(readJobData(settled?.data).kind).toBe("settled");
    expect(JSON.stringify(settled?.data)).not.toContain(EVERYBODY[7]);
  });

  it("is partial when the provider refuses one of its parts, and says which", async () => {
    const body = { code: "syntax_invalid_parameter_format", text: "The format of parameter 'body' is invalid" };
    const action = { kind: "status" as const, status: 400, body };
    rig.emulator.faults.add({ match: { method: "POST", recipient: "46700001500" }, times: null, action });
    await rig.add(SEND, { jobId: id });
    await rig.startWorker();
    expect(await rig.resultOf(id)).toMatchObject({
      state: "partial",
      recipients: { ...noRecipients(2_500), accepted: 1_500, rejected: 1_000 },
      errors: [{ ...body, part: 1, recipients: 1_000 }],
    });
  });

  it("is not planned when it expired before", async () => {
    await rig.add({ ...SEND, expire_at: new Date(Date.now() - 1).toISOString() }, { jobId: id });
    await rig.startWorker();
    expect(await rig.resultOf(id)).toMatchObject({
      state: "expired",
      recipients: { ...noRecipients(2_500), expired: 2_500 },
    });
    expect(rig.emulator.requests()).toEqual([]);
  });

  it("of exactly 1,000 recipients is not split", async () => {
    await rig.add(textTo(...numbers(1_000)), { jobId: id });
    await rig.startWorker();
    expect((await rig.resultOf(id)).batches).toMatchObject([{ part: 0, recipients: 1_000 }]);
    expect(await rig.queue.getJob(partId(id, 0))).toBeUndefined();
  });

  it("gives its parts its own age, so that a part which Redis forgot does not look fresh, and outlives any", async () => {
    const timestamp = Date.now() - 60_000;
    await rig.add(SEND, { jobId: id, timestamp });
    await rig.startWorker();
    await rig.resultOf(id);
    const parts = await Promise.all([0, 1, 2].map(async (part) => rig.queue.getJob(partId(id, part))));
    expect(parts.map((part) => part?.timestamp)).toEqual([timestamp, timestamp, timestamp]);
    expect(parts.map((part) => part?.opts.ignoreDependencyOnFailure)).toEqual([true, true, true]);
  });
});

describe("a send whose planning was cut off", () => {
  it("adds only the parts that are missing when none was sent yet", async () => {
    await rig.add(SEND, { jobId: id });
    const { job, free } = await rig.pickUp();
    await addParts(rig, job, [0, 2]);
    await free();
    await rig.startWorker();
    expect((await rig.resultOf(id)).recipients).toEqual({ ...noRecipients(2_500), accepted: 2_500 });
    expectOnceEach(rig);
    expect(rig.emulator.batches()).toHaveLength(3);
  });

  it("sends nothing again of the parts that ended meanwhile", async () => {
    await rig.add(SEND, { jobId: id });
    const { job, free } = await rig.pickUp();
    await addParts(rig, job, [0, 1]);
    await rig.startWorker();
    await Promise.all([rig.resultOf(partId(id, 0)), rig.resultOf(partId(id, 1))]);
    await free();
    const result = await rig.resultOf(id);
    expect(result.recipients).toEqual({ ...noRecipients(2_500), accepted: 2_500 });
    expect(result.batches.map(({ part }) => part)).toEqual([0, 1, 2]);
    expectOnceEach(rig);
    expect(rig.emulator.batches()).toHaveLength(3);
  });

  it("sends nothing again of a part that is no longer kept and that a frozen planner adds once more", async () => {
    const send = await rig.add(SEND, { jobId: id });
    await rig.startWorker();
    await rig.resultOf(id);
    await rig.redis.zrem(rig.queue.toKey("completed"), partId(id, 1));
    await rig.redis.del(rig.queue.toKey(partId(id, 1)));
    await addParts(rig, send, [1]);
    expect(await rig.resultOf(partId(id, 1))).toMatchObject({ state: "accepted", batches: [{ part: 1 }] });
    expectOnceEach(rig);
    expect(JSON.stringify((await rig.queue.getJob(partId(id, 1)))?.data)).not.toContain(EVERYBODY[1_500]);
  });

  it("settles when it was planned to the end and died before it waited", async () => {
    await rig.add(SEND, { jobId: id });
    const { job, free } = await rig.pickUp();
    await addParts(rig, job, [0, 1, 2]);
    await job.updateData(plannedData());
    await rig.startWorker();
    await Promise.all([0, 1, 2].map(async (part) => rig.resultOf(partId(id, part))));
    await free();
    expect((await rig.resultOf(id)).recipients).toEqual({ ...noRecipients(2_500), accepted: 2_500 });
    expectOnceEach(rig);
    expect(rig.emulator.batches()).toHaveLength(3);
  });

  it("tells what its parts came to, although it expired before it was planned to the end", async () => {
    const expireAt = Date.now() + 1_500;
    await rig.add({ ...SEND, expire_at: new Date(expireAt).toISOString() }, { jobId: id });
    const { job, free } = await rig.pickUp();
    await addParts(rig, job, [0]);
    await rig.startWorker();
    await rig.resultOf(partId(id, 0));
    await eventually(() => Date.now() > expireAt, "the expiry");
    await free();
    const { state, recipients } = await rig.resultOf(id);
    expect({ state, recipients }).toEqual({
      state: "partial",
      recipients: { ...noRecipients(2_500), accepted: 1_000, expired: 1_500 },
    });
  });

  it("waits for its parts when it is picked up again after planning", async () => {
    await rig.add(SEND, { jobId: id });
    const { job, free } = await rig.pickUp();
    await addParts(rig, job, [0, 1, 2]);
    await job.updateData(plannedData());
    await free();
    await rig.startWorker();
    expect((await rig.resultOf(id)).batches).toHaveLength(3);
    expectOnceEach(rig);
  });
});

describe("a send that Redis has forgotten together with its parts", () => {
  it.each(["expired", "canceled"] as const)("is %s only for those who were not texted before", async (state) => {
    const timestamp = Date.now();
    const expireAt = timestamp + (state === "expired" ? 2_500 : 3_600_000);
    const send = { ...SEND, expire_at: new Date(expireAt).toISOString() };
    rig.emulator.faults.add({ match: { method: "POST", recipient: "46700001500" }, times: null, action: DROPPED });
    await rig.add(send, { jobId: id, timestamp });
    const before = await rig.startWorker();
    await Promise.all([rig.resultOf(partId(id, 0)), rig.resultOf(partId(id, 2))]);
    await before.close();
    await rig.queue.obliterate({ force: true });
    await redisForgets(rig.redis, rig.prefix);
    if (state === "canceled") await rig.redis.set(cancelKey(rig.prefix, "eu", { id, timestamp }), "1");
    else await eventually(() => Date.now() > expireAt, "the expiry");
    await rig.add(send, { jobId: id, timestamp });
    await rig.startWorker();
    const result = await rig.resultOf(id);
    expect(result).toMatchObject({
      state: "partial",
      recipients: { ...noRecipients(2_500), accepted: 1_500, [state]: 1_000 },
      batches: [
        { part: 0, adopted: true },
        { part: 2, adopted: true },
      ],
    });
    expect(EVERYBODY.map((number) => rig.emulator.timesTexted(number)).filter((times) => times > 1)).toEqual([]);
  });
});

describe("a part whose job failed", () => {
  it("does not fail the send: its recipients are unknown, the others accepted", async () => {
    await rig.add(SEND, { jobId: id });
    const { job, free } = await rig.pickUp();
    await addParts(rig, job, [0]);
    const broken = await rig.queue.getJob(partId(id, 0));
    await broken?.updateData({ ...SEND, to: [] });
    await rig.startWorker();
    await rig.failureOf(partId(id, 0));
    await free();
    const result = await rig.resultOf(id);
    expect(result).toMatchObject({
      state: "partial",
      recipients: { ...noRecipients(2_500), accepted: 1_500, unknown: 1_000 },
      errors: [{ part: 0, code: "part_failed", recipients: 1_000 }],
    });
  });
});

function expectOnceEach({ emulator }: RegionRig): void {
  expect(EVERYBODY.filter((number) => emulator.timesTexted(number) !== 1)).toEqual([]);
}

async function addParts({ queue }: RegionRig, parent: Job, parts: readonly number[]): Promise<void> {
  const read = readSend(SEND, new Date());
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  for (const part of parts) {
    await queue.add("send", partOfSend(read.send, LATER, part), {
      jobId: partId(String(parent.id), part),
      parent: { id: String(parent.id), queue: parent.queueQualifiedName },
      ignoreDependencyOnFailure: true,
      timestamp: parent.timestamp,
    });
  }
}

function plannedData(): PlannedSend {
  const planned = { parts: 3, requested: 2_500, duplicate: 0, rejected: 0, rejections: [], skipped: [] };
  return { message: { from: SEND.from, body: SEND.body }, planned };
}

function namesOf(to: readonly string[]): Record<string, string> {
  return Object.fromEntries(to.map((number) => [number, `N${number}`]));
}
