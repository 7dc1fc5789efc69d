import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { DEFAULT_REGION_LIMITS, decidedOf, LEDGER_FIELD, noRecipients } from "@volley/contract";
import type { Job } from "bullmq";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";

const PEOPLE = numbers(40);
const OTHERS = PEOPLE.map((number) => String(Number(number) + 1_000_000));
const LOTS_OF_TEN = { ...DEFAULT_REGION_LIMITS, rate: 200, burstMs: 50 };

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** Sends the first two lots; the worker leaves the others to the next one. */
async function sendTwoLots(): Promise<Job> {
  const job = await rig.add(textTo(...PEOPLE));
  rig.emulator.faults.add({ skip: 1, action: { kind: "latency", ms: 300 } });
  const worker = await rig.startWorker({ limits: LOTS_OF_TEN });
  await eventually(() => rig.emulator.requests().length > 1, "the second lot");
  await worker.close();
  expect(decidedOf(await rig.redis.hget(rig.queue.toKey(String(job.id)), LEDGER_FIELD))).toBe(2);
  return job;
}

function timesTexted(people: readonly string[]): number[] {
  return people.map((number) => rig.emulator.timesTexted(number));
}

describe("a send in lots over which somebody writes", () => {
  it.each([
    { title: "other people", data: textTo(...OTHERS) },
    { title: "more people", data: textTo(...PEOPLE, ...OTHERS) },
    { title: "the same people in another order", data: textTo(...PEOPLE.toReversed()) },
    { title: "another text", data: { ...textTo(...PEOPLE), body: "Bye" } },
    { title: "nothing that is a send", data: { sendAt: "tomorrow" } },
  ])("comes to what was decided, and what was written over it is not sent: $title", async ({ data }) => {
    const job = await sendTwoLots();
    await job.updateData(data);
    await rig.startWorker({ limits: LOTS_OF_TEN });
    expect(await rig.resultOf(job.id)).toMatchObject({
      state: "partial",
      recipients: { ...noRecipients(40), accepted: 20, rejected: 20 },
      batches: [{ recipients: 10 }, { recipients: 10 }],
      errors: [{ part: 0, code: "content_changed", recipients: 20 }],
    });
    expect(timesTexted(PEOPLE)).toEqual([...Array<number>(20).fill(1), ...Array<number>(20).fill(0)]);
    expect(timesTexted(OTHERS)).toEqual(OTHERS.map(() => 0));
  });

  it("leaves those to a person of whom nobody knows whether they were texted", async () => {
    const job = await sendTwoLots();
    await rig.redis.hdel(rig.queue.toKey(String(job.id)), "progress");
    await job.updateData(textTo(...OTHERS));
    await rig.startWorker({ limits: LOTS_OF_TEN });
    const { recipients } = await rig.resultOf(job.id);
    expect(recipients).toEqual({ ...noRecipients(40), accepted: 20, unknown: 20 });
  });

  it("goes on where it was when only its spelling or its expiry has changed", async () => {
    const job = await sendTwoLots();
    const to = PEOPLE.map((number) => `+${number}`);
    await job.updateData({ ...textTo(...to), expire_at: new Date(Date.now() + 60_000).toISOString() });
    await rig.startWorker({ limits: LOTS_OF_TEN });
    expect((await rig.resultOf(job.id)).recipients).toEqual({ ...noRecipients(40), accepted: 40 });
    expect(timesTexted(PEOPLE)).toEqual(PEOPLE.map(() => 1));
  });

  it("goes on where it was when somebody has set back how often it was picked up", async () => {
    const job = await sendTwoLots();
    await rig.redis.hdel(rig.queue.toKey(String(job.id)), "ats");
    await rig.startWorker({ limits: LOTS_OF_TEN });
    expect((await rig.resultOf(job.id)).recipients).toEqual({ ...noRecipients(40), accepted: 40 });
    expect(timesTexted(PEOPLE)).toEqual(PEOPLE.map(() => 1));
  });
});
