import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { cancelKey, listDigest, ledgerFields, noRecipients, readSend, sendId } from "@volley/contract";
import { createNumbering, openSuppressionList } from "@volley/opt-outs";
import { type Job, Worker } from "bullmq";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { memoryOf, stepContext } from "../../../../test/step-context.ts";
import { openLedger } from "../ledger/ledger.ts";
import { processSafely } from "../process/process-safely.ts";
import type { RedisMemory } from "../redis/redis-memory.ts";

const ANN = "46701234567";
const BO = "46701234568";
const CY = "46701234569";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

describe("a send in lots after Redis forgot its last second", () => {
  it("asks for every lot, not only for the first one: more than one may have been sent in that second", async () => {
    const job = await addLots();
    await acceptLots(job, 0, 1);
    const { job: pickedUp, free } = await rig.pickUp();
    const result = await processSafely({ ...stepContext(rig), ...forgetful() }, pickedUp, "somebody else");
    await free();
    expect([ANN, BO].map((number) => rig.emulator.timesTexted(number))).toEqual([1, 1]);
    expect(result).toMatchObject({ state: "accepted", batches: [{ adopted: true }, { adopted: true }] });
  });

  it("asks for every lot also when each is left to the next worker by one that stops", async () => {
    const job = await addLots();
    await acceptLots(job, 0, 1);
    const context = { ...stepContext(rig), ...forgetful(), isClosing: () => true };
    const worker = new Worker(rig.queue.name, async (each, token = "") => processSafely(context, each, token), {
      connection: rig.redis,
      prefix: rig.prefix,
    });
    const { batches } = await rig.resultOf(job.id);
    await worker.close();
    expect([ANN, BO].map((number) => rig.emulator.timesTexted(number))).toEqual([1, 1]);
    expect(batches).toMatchObject([{ adopted: true }, { adopted: true }]);
  });

  it.each([
    { places: [], counts: { canceled: 2 }, questions: 1 },
    { places: [0 as const], counts: { accepted: 1, canceled: 1 }, questions: 2 },
    { places: [0 as const, 1 as const], counts: { accepted: 2 }, questions: 2 },
  ])(
    "asks as far as there are batches when it is canceled, and knows of nobody behind: $counts",
    async ({ places, counts, questions }) => {
      const job = await addLots();
      await acceptLots(job, ...places);
      const last = { outcome: "throttled", code: "http_429", at: new Date().toISOString() };
      await job.updateProgress({ pickup: 1, tries: 1, looks: 0, unknown_since: null, last });
      await rig.redis.set(cancelKey(rig.prefix, rig.region, { id: String(job.id), timestamp: job.timestamp }), "1");
      const { job: pickedUp, free } = await rig.pickUp();
      const result = await processSafely({ ...stepContext(rig), ...forgetful() }, pickedUp, "somebody else");
      await free();
      expect(result).toMatchObject({ recipients: { ...noRecipients(2), ...counts } });
      const asked = rig.emulator.requests().flatMap(({ method, query }) => {
        return method === "GET" ? [new URLSearchParams(query).get("client_reference")] : [];
      });
      expect(new Set(asked).size).toBe(questions);
    },
  );

  it.each([
    { lots: [[ANN, BO], [CY]], counts: { accepted: 1, unknown: 2 } },
    { lots: [[ANN, BO, CY]], counts: { accepted: 2, suppressed: 1 } },
  ])(
    "sends nothing behind a lot from which somebody was taken out: nobody knows how many it was to: $counts",
    async ({ lots, counts }) => {
      const send_at = new Date(Date.now() + 3_600_000).toISOString();
      const job = await rig.add({ ...textTo(ANN, BO, CY), send_at }, { jobId: sendId("eu") });
      await rig.redis.hset(rig.queue.toKey(String(job.id)), "ats", 1);
      const { sendBatch, batches } = rig.client();
      for (const [lot, to] of lots.entries()) {
        await sendBatch({ ...textTo(...to), send_at, client_reference: `~${job.id}${lot === 0 ? "" : ".2"}` });
      }
      const list = openSuppressionList({ ...rig, numbering: createNumbering() });
      await list.add([{ number: ANN, scope: "all", kind: "stop", at: new Date(), who: "inbound", why: "STOP" }]);
      await batches.update(rig.emulator.batches()[0]?.id ?? "", { to_remove: [ANN] });
      await rig.startWorker({ settings: { leadMs: 7_200_000 } });
      expect(await rig.resultOf(job.id)).toMatchObject({ recipients: { ...noRecipients(3), ...counts } });
      expect([ANN, BO, CY].map((number) => rig.emulator.timesTexted(number))).toEqual([0, 1, 1]);
    },
  );

  it("takes no lot for the next one that a note is not about: it may have been sent long before", async () => {
    const job = await addLots();
    await acceptLots(job, 0);
    const last = { outcome: "held", code: "pace", at: new Date().toISOString() };
    await job.updateProgress({ pickup: 1, tries: 1, looks: 0, unknown_since: null, taken: 1, last });
    await rig.startWorker();
    expect((await rig.resultOf(job.id)).batches).toMatchObject([{ adopted: true }, { adopted: false }]);
    expect([ANN, BO].map((number) => rig.emulator.timesTexted(number))).toEqual([1, 1]);
  });
});

/** A send of two lots that was picked up once, of which nobody knows whether they were sent. */
async function addLots(): Promise<Job> {
  const data = textTo(ANN, BO);
  const job = await rig.add(data, { jobId: sendId("eu") });
  const read = readSend(data, new Date());
  if (!read.ok) throw new Error("the send is wrong");
  const subject = { content: listDigest(read.send), people: 2, duplicate: 0, rejected: 0 };
  const ledger = { ...openLedger([ANN, BO]), pending: [[0, 1] as const, [1, 2] as const], refusals: 1 };
  await rig.redis.hset(rig.queue.toKey(String(job.id)), "ats", 1, ...ledgerFields(subject, ledger, null).flat());
  return job;
}

async function acceptLots(job: Job, ...places: (0 | 1)[]): Promise<void> {
  const { sendBatch } = rig.client();
  for (const place of places) {
    const reference = `~${job.id}${place === 0 ? "" : ".1"}`;
    await sendBatch({ ...textTo(place === 0 ? ANN : BO), client_reference: reference });
  }
}

/** A Redis that has forgotten something since the job was enqueued. */
function forgetful(): { memory: RedisMemory } {
  return { memory: memoryOf(new Date(Date.now() - 60_000)) };
}
