import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, type SendResult, sendId } from "@volley/contract";
import type { Emulator } from "@volley/emulator";
import { createProducer, type Producer } from "@volley/producer";
import { testRedisUrl } from "./own-prefix.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "./region-rig.ts";
import { eventually } from "./stage/eventually.ts";
import { setUpStage } from "./stage/stage.ts";
import { spawnWebhooks } from "./stage/webhooks-process.ts";

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

function isHeard(emulator: Emulator): boolean {
  return emulator.inbounds().every(({ acknowledged_at }) => acknowledged_at !== null);
}

it("whoever answers STOP while four workers send at full speed gets nothing from what is handed over after our 200, until START", async () => {
  const stage = await setUpStage();
  const { emulator, prefix, redisUrl: redis } = stage;
  const secret = "a secret of callbacks";
  const environment = { REDIS_URL: redis, VOLLEY_PREFIX: prefix, VOLLEY_REGIONS: "us", VOLLEY_HTTP_PORT: "0" };
  const webhooks = await spawnWebhooks({ ...environment, VOLLEY_US_CALLBACK_SECRETS: secret });
  const campaigns = createProducer({ redis, prefix });
  const send = async (idempotencyKey: string, to: readonly string[]): Promise<string> =>
    (await campaigns.enqueue(textTo(...to), { region: "us", idempotencyKey })).id;
  const countsOf = async (id: string): Promise<SendResult["recipients"]> => {
    const ended = async () => (await campaigns.status(id, { region: "us" }))?.result;
    return (await eventually(ended, "the end of a send", 60_000)).recipients;
  };
  const answer = async (body: string, from: readonly string[]): Promise<void> => {
    for (const each of from) {
      emulator.receive({ plan: "us-plan", from: each, to: "12015550123", body });
      await setImmediate();
    }
    await eventually(() => isHeard(emulator), `an acknowledged ${body} of each`, 60_000);
  };
  try {
    emulator.setCallbacks({ inboundUrl: `${webhooks.url}/v1/callbacks/us`, secret });
    emulator.faults.add({ match: { method: "POST" }, times: 1_000, action: { kind: "latency", ms: 200 } });
    await Promise.all(
      Array.from({ length: 4 }, async () => stage.startWorker({ VOLLEY_US_CONCURRENCY: `${IN_FLIGHT}` })),
    );
    const people = numbers(20_000);
    const id = await send("campaign", people);
    await eventually(() => emulator.batches().length > 3, "the first batches");
    // From the end on, so that some have got it by then and others have not.
    const answering = people.filter((_, place) => place % 97 === 0).toReversed();
    await answer("STOP", answering);
    const counts = await countsOf(id);
    const batches = emulator.batches();
    const texted = new Map(batches.flatMap(({ to }, index) => to.map((number) => [number, index] as const)));
    const late = emulator.inbounds().filter(({ from, acknowledged_at }) => {
      const had = batches.filter(({ accepted_at }) => accepted_at <= (acknowledged_at ?? 0)).length;
      return (texted.get(from) ?? 0) >= had + IN_FLIGHT;
    });
    expect(late).toEqual([]);
    const leftOut = people.filter((number) => !texted.has(number));
    expect(leftOut.filter((number) => !answering.includes(number))).toEqual([]);
    expect(leftOut.length).toBeGreaterThan(50);
    const accepted = people.length - leftOut.length;
    expect(counts).toEqual({ ...noRecipients(people.length), accepted, suppressed: leftOut.length });
    expect(batches.flatMap(({ to }) => to)).toHaveLength(texted.size);
    // The next one, to those who have got the first one before they answered, too.
    const all = answering.length;
    const others = people.slice(1, 50);
    const next = await countsOf(await send("the next one", [...answering, ...others]));
    expect(next).toEqual({ ...noRecipients(all + others.length), accepted: others.length, suppressed: all });
    const proofs = await Promise.all(answering.map(async (number) => campaigns.suppressions.proof(number)));
    const withheld = proofs.map(({ withheld: { total } }) => total);
    expect(withheld).toEqual(answering.map((number) => (texted.has(number) ? 1 : 2)));
    expect(proofs.filter(({ heard: [first] }) => first?.what !== "stop" || first.acknowledged_at === null)).toEqual([]);
    // Nobody can answer a name: what was said to a number of the region holds for it, too.
    const named = { ...textTo(...answering, ...others), from: "Volley" };
    const { id: ofName } = await campaigns.enqueue(named, { region: "us", idempotencyKey: "from a name" });
    expect(await countsOf(ofName)).toMatchObject({ accepted: others.length, suppressed: all });
    const back = answering.slice(0, 100);
    await answer("START", back);
    const last = await countsOf(await send("the last one", answering));
    expect(last).toEqual({ ...noRecipients(all), accepted: 100, suppressed: all - 100 });
    expect(emulator.batches().at(-1)?.to.toSorted()).toEqual(back.toSorted());
  } finally {
    await webhooks.kill();
    await campaigns.close();
    await stage.close();
  }
}, 120_000);

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
