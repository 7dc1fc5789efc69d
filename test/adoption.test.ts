import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { redisForgets } from "./redis-forgets.ts";
import { noRecipients, sendId } from "@volley/contract";
import { numbers, type RegionRig, startRegionRig, textTo } from "./region-rig.ts";

const ANN = "46701234567";
const BO = "46701234568";
const ID = "reminder-1";
const SEND = textTo(ANN);

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** Lets every worker believe that Redis came back with less than it had, so that each job asks first. */
async function restartRedis(): Promise<void> {
  await redisForgets(rig.redis, rig.prefix);
}

/** A first send under the ID that was accepted. */
async function sendFirst(first: object, jobId = ID): Promise<void> {
  const worker = await rig.startWorker();
  await rig.add(first, { jobId });
  expect(await rig.resultOf(jobId)).toMatchObject({ state: "accepted" });
  await worker.close();
}

/** Ways in which another content comes under a job ID that was used, and in which the provider is asked first. */
const WAYS: readonly { title: string; change: (to: object, jobId: string) => Promise<void> }[] = [
  {
    title: "is added after the first was removed and Redis has restarted",
    change: async (to, jobId) => {
      await rig.queue.remove(jobId);
      await restartRedis();
      await rig.add(to, { jobId });
    },
  },
  {
    title: "is added after the first was removed, and loses its connection once",
    change: async (to, jobId) => {
      await rig.queue.remove(jobId);
      rig.emulator.faults.add({ match: { method: "POST" }, action: { kind: "drop", accept: false } });
      await rig.add(to, { jobId });
    },
  },
  {
    title: "is written over the first, which is retried",
    change: async (to, jobId) => {
      const job = await rig.queue.getJob(jobId);
      await job?.updateData(to);
      await job?.retry("completed");
    },
  },
];

/** What another content can be. */
const OTHERS: readonly { what: string; first: object; next: object; texts: [string, string[]][] }[] = [
  { what: "other people", first: SEND, next: textTo(BO), texts: [[BO, ["Hi"]]] },
  { what: "another text", first: SEND, next: { ...SEND, body: "Bye" }, texts: [[ANN, ["Hi", "Bye"]]] },
  { what: "another sender", first: SEND, next: { ...SEND, from: "Volley" }, texts: [[ANN, ["Hi", "Hi"]]] },
  {
    what: "another value",
    first: { ...SEND, body: "${code}", parameters: { code: { [ANN]: "17" } } },
    next: { ...SEND, body: "${code}", parameters: { code: { [ANN]: "18" } } },
    texts: [[ANN, ["17", "18"]]],
  },
];

describe.each(WAYS)("a send under a job ID of the caller's that $title", ({ change }) => {
  it.each(OTHERS)("is sent when it is $what", async ({ first, next, texts }) => {
    await sendFirst(first);
    await change(next, ID);
    await rig.startWorker();
    expect(await rig.resultOf(ID)).toMatchObject({ state: "accepted", batches: [{ adopted: false }] });
    for (const [person, bodies] of texts) expect(rig.emulator.textsTo(person)).toEqual(bodies);
  });

  it("is sent when it is for another time", async () => {
    await sendFirst(SEND);
    const send_at = new Date(Date.now() + 30_000).toISOString();
    await change({ ...SEND, send_at }, ID);
    await rig.startWorker({ settings: { leadMs: 60_000 } });
    expect(await rig.resultOf(ID)).toMatchObject({ state: "accepted", batches: [{ adopted: false }] });
    expect(rig.emulator.batches().map(({ request }) => request["send_at"])).toEqual([undefined, send_at]);
  });

  it("is found, and texted to nobody twice, when it is the same written otherwise", async () => {
    const first = { ...SEND, to: [ANN, BO], options: { flash_message: true, max_number_of_message_parts: 3 } };
    await sendFirst(first);
    const options = { max_number_of_message_parts: 3, flash_message: true };
    await change({ type: "mt_text", options, body: "Hi", to: [`+${BO}`, `00${ANN}`, BO], from: SEND.from }, ID);
    await rig.startWorker();
    expect(await rig.resultOf(ID)).toMatchObject({ state: "accepted", batches: [{ adopted: true, recipients: 2 }] });
    expect([ANN, BO].map((person) => rig.emulator.timesTexted(person))).toEqual([1, 1]);
  });

  it("is said to be unknown when the ID is one that is not told apart by its content", async () => {
    const own = sendId("eu", "order 17");
    await sendFirst(SEND, own);
    await change(textTo(BO), own);
    await rig.startWorker();
    expect(await rig.resultOf(own)).toMatchObject({
      state: "unknown",
      recipients: { ...noRecipients(1), unknown: 1 },
      batches: [],
      errors: [{ code: "other_batch", text: expect.stringContaining("to") }],
    });
    expect(rig.emulator.timesTexted(BO)).toBe(0);
  });
});

describe("a long send under a job ID of the caller's", () => {
  const people = numbers(1_500);

  it("finds its parts again when it is added in another order to a Redis that has forgotten it, or says that it cannot", async () => {
    await sendFirst(textTo(...people));
    await (await rig.queue.getJob(ID))?.remove();
    await restartRedis();
    await rig.add(textTo(...people.toReversed()), { jobId: ID });
    await rig.startWorker();
    const { recipients } = await rig.resultOf(ID);
    expect(recipients.accepted + recipients.unknown).toBe(1_500);
    expect(new Set(people.map((person) => rig.emulator.timesTexted(person)))).toEqual(new Set([1]));
  });

  it("is sent with another text to a Redis that has forgotten it", async () => {
    await sendFirst(textTo(...people));
    await (await rig.queue.getJob(ID))?.remove();
    await restartRedis();
    await rig.add({ ...textTo(...people), body: "Bye" }, { jobId: ID });
    await rig.startWorker();
    expect(await rig.resultOf(ID)).toMatchObject({ state: "accepted", recipients: { accepted: 1_500 } });
    expect(new Set(people.map((person) => rig.emulator.timesTexted(person)))).toEqual(new Set([2]));
  });
});
