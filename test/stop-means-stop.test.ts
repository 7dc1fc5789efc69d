import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, sendId } from "@volley/contract";
import { createProducer, type Producer } from "@volley/producer";
import { testRedisUrl } from "./own-prefix.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "./region-rig.ts";
import { eventually } from "./stage/eventually.ts";

const IN_FLIGHT = 4;

let rig: RegionRig;
let producer: Producer;

beforeEach(async () => {
  rig = await startRegionRig();
  producer = createProducer({ redis: testRedisUrl(), prefix: rig.prefix });
});

afterEach(async () => {
  await producer.close();
  await rig.close();
});

/** The number of the batch in which each person was texted, in the order in which the provider took them. */
function batchOf(): Map<string, number> {
  return new Map(rig.emulator.batches().flatMap(({ to }, index) => to.map((number) => [number, index] as const)));
}

it("whoever says STOP while four workers send at full speed gets nothing from what is handed over after the answer", async () => {
  const people = numbers(60_000);
  rig.emulator.faults.add({ match: { method: "POST" }, times: 1_000, action: { kind: "latency", ms: 15 } });
  for (let worker = 0; worker < 4; worker += 1) await rig.startWorker({ concurrency: IN_FLIGHT });
  const { id } = await producer.enqueue(textTo(...people), { region: "eu", idempotencyKey: "campaign" });
  await eventually(() => rig.emulator.batches().length > 3, "the first batches");
  /** How many batches the provider had when each of them was answered. */
  const answered = new Map<string, number>();
  for (let place = people.length - 7; place > 0 && answered.size < 400; place -= 61) {
    const number = people[place] ?? "";
    await producer.suppressions.add(number, { kind: "stop", who: "inbound" });
    answered.set(number, rig.emulator.batches().length);
  }
  const result = await rig.resultOf(id);
  const texted = batchOf();
  const late = [...answered].filter(([number, had]) => (texted.get(number) ?? 0) >= had + IN_FLIGHT);
  expect(late).toEqual([]);
  const leftOut = people.filter((number) => !texted.has(number));
  expect(leftOut.filter((number) => !answered.has(number))).toEqual([]);
  expect(leftOut.length).toBeGreaterThan(100);
  expect(result.recipients).toEqual({
    ...noRecipients(people.length),
    accepted: people.length - leftOut.length,
    suppressed: leftOut.length,
  });
  expect(rig.emulator.batches().flatMap(({ to }) => to)).toHaveLength(texted.size);
  // START reverses it.
  const [ann = ""] = leftOut;
  await producer.suppressions.remove(ann);
  const again = await producer.enqueue(textTo(ann), { region: "eu", idempotencyKey: "again" });
  expect(await rig.resultOf(again.id)).toMatchObject({ state: "accepted" });
}, 60_000);

it.each([true, false])(
  "whoever says STOP after a worker died between the fence and its answer is texted no more (it was sent: %p)",
  async (isSent) => {
    const [ann = "", bo = ""] = numbers(2);
    const job = await rig.add(textTo(ann, bo), { jobId: sendId("eu") });
    const { leave } = await rig.pickUp();
    const reference = { ...textTo(ann, bo), client_reference: `~${job.id}` };
    if (isSent) await rig.client().sendBatch(reference);
    await leave();
    await producer.suppressions.add(ann);
    await rig.startWorker();
    const counts = isSent ? { accepted: 2 } : { accepted: 1, suppressed: 1 };
    expect(await rig.resultOf(job.id)).toMatchObject({ recipients: { ...noRecipients(2), ...counts } });
    expect([...batchOf().keys()]).toEqual(isSent ? [ann, bo] : [bo]);
  },
);
