import { addOpenBatch, createWriter, readCallback } from "@volley/receipts";
import { createProducer, type Producer } from "@volley/producer";
import { addEndpoint, readEndpointOptions } from "../packages/endpoints/src/index.ts";
import { createQueueSink, readEndpointSettings, startEndpoints, startRelay } from "../packages/relay/src/index.ts";
import { createSettingsReader } from "@volley/runtime";
import { addWaiting, createNumbering, openProofs } from "@volley/opt-outs";
import type { VolleyWorker } from "@volley/worker";
import { type RegionRig, startRegionRig } from "./region-rig.ts";
import { eventually } from "./stage/eventually.ts";
import { TAKEN_BY_NOBODY } from "./stage/taken-by-nobody.ts";

/** The person who stands in every kind of record, and somebody beside her. */
export const ANN = "46701234567";
export const BO = "46707654321";

/** As a caller may write her number. */
const ANN_WRITTEN = "+46 (70) 123-45 67";

/** What stands in no record of anybody else. */
export const ANNS = { name: "Annika-Maria", text: "my dear Xylophone", alone: "Your code is 998877" };

/** A Volley in which every kind of key there is was written, for real, and Ann is in whatever has people. */
export type EveryKind = Pick<RegionRig, "redis" | "prefix"> & {
  readonly rig: RegionRig;
  readonly producer: Producer;
  /** The IDs of sends that wait, and of their number those that are to her alone. */
  readonly waiting: Readonly<Record<"short" | "alone" | "urgent" | "delayed" | "staged", string>>;
  readonly close: () => Promise<void>;
};

const SENDER = "12015550123";
const HI = {
  from: SENDER,
  body: "Hi ${name}!",
  delivery_report: "per_recipient",
  callback_url: TAKEN_BY_NOBODY,
  parameters: { name: { [ANN_WRITTEN]: ANNS.name, default: "you" } },
} as const;
const HOUR_MS = 3_600_000;

function inAnHour(): string {
  return new Date(Date.now() + HOUR_MS).toISOString();
}

/** Others, with Ann among them. */
function* many(count: number): Generator<{ to: string; parameters: { name: string } }> {
  for (let index = 0; index < count; index += 1) {
    yield index === 700
      ? { to: ANN_WRITTEN, parameters: { name: ANNS.name } }
      : { to: String(46_711_000_000 + index), parameters: { name: "you" } };
  }
}

/** @param secret - of the suppression list */
export async function startEveryKind(redisUrl: string, secret?: string): Promise<EveryKind> {
  const rig = await startRegionRig(redisUrl);
  const { redis, prefix } = rig;
  const producer = createProducer({
    redis,
    prefix,
    timeoutMs: 30_000,
    routes: { prefixes: { "46": "eu" }, default: null },
    ...(secret !== undefined && { suppressionSecret: secret }),
  });
  const ways = await startWaysOut(rig);
  const worker = await rig.startWorker(secret === undefined ? {} : { suppressionSecret: secret });
  await finished(rig, producer);
  await heard(rig, secret);
  const waiting = await leftWaiting(rig, producer, worker);
  await eventually(async () => isInEventsQueue(rig), "an event about her in the queue");
  return {
    redis,
    prefix,
    rig,
    producer,
    waiting,
    close: async () => {
      await ways();
      await producer.close();
      await rig.close();
    },
  };
}

/** An endpoint that takes nothing, and the queue. */
async function startWaysOut({ redis, prefix }: RegionRig): Promise<() => Promise<void>> {
  const say = { info: () => {}, warn: () => {} };
  const settings = readEndpointSettings(createSettingsReader({ VOLLEY_EVENTS_ALLOW_NETWORKS: "127.0.0.0/8" }));
  const read = readEndpointOptions({ url: "http://127.0.0.1:9/" });
  if (read.ok) await addEndpoint({ redis, prefix }, read, new Date());
  const observer = { attempted: () => {}, ended: () => {}, disabled: () => {} };
  const endpoints = startEndpoints({ redis, prefix, log: say, settings, observer });
  const relay = startRelay({ redis, prefix, log: say, sinks: [createQueueSink({ redis, prefix })] });
  return async () => void (await Promise.all([endpoints.close(), relay.close()]));
}

/** The queue is filled behind what happens, and on a busy machine a good while behind. */
async function isInEventsQueue({ redis, prefix }: RegionRig): Promise<boolean> {
  const queue = `${prefix}:volley-events`;
  const ids = await redis.lrange(`${queue}:wait`, 0, -1);
  const events = await Promise.all(ids.map(async (id) => redis.hget(`${queue}:${id}`, "data")));
  return events.some((event) => event?.includes(ANN));
}

/** Sends that have ended, each in another way. */
async function finished(rig: RegionRig, producer: Producer): Promise<void> {
  const enqueue = async (key: string, send: object, more: object = {}): Promise<string> => {
    const options = { region: "eu", idempotencyKey: key, ...more };
    return (await producer.enqueue({ ...HI, ...send } as never, options)).id;
  };
  const duplicates = { ifFound: "send" } as const;
  const accepted = [
    await enqueue("alone", { to: [ANN_WRITTEN], body: ANNS.alone, parameters: {}, retry_codes: "temporary" }),
    await enqueue("few", { to: [ANN_WRITTEN, BO] }, { duplicates }),
    await enqueue("many", { to: many(1_500), parameters: { name: { default: "you" } } }, { duplicates }),
    await enqueue("auto", { to: [ANN_WRITTEN, "1"] }, { region: "auto" }),
  ];
  await Promise.all(
    accepted.map(async (id) => eventually(async () => (await producer.status(id))?.result, "its result")),
  );
  const refused = { kind: "reject_recipients" as const, recipients: [ANN], named: true };
  rig.emulator.faults.add({ match: { method: "POST" }, times: null, action: refused });
  const rejected = await enqueue("rejected", { to: [ANN_WRITTEN, BO] });
  const staged = await enqueue("many rejected", { to: many(1_500), parameters: { name: { default: "you" } } });
  await rig.resultOf(rejected);
  await rig.resultOf(staged);
  rig.emulator.faults.clear();
  await rig.failureOf((await rig.add({ ...HI, to: [ANN_WRITTEN], body: 5 })).id);
  const canceled = await enqueue("canceled", { to: [ANN_WRITTEN, BO], send_at: inAnHour() });
  await producer.cancel(canceled);
  const plain = { ...HI, to: [ANN, BO], send_at: inAnHour() };
  const { id } = await rig.add(plain, { delay: HOUR_MS });
  await producer.cancel(String(id), { region: "eu" });
  await rig.resultOf(canceled);
}

/** What came back. */
async function heard({ redis, prefix, emulator }: RegionRig, secret?: string): Promise<void> {
  const writer = createWriter({
    redis,
    prefix,
    keepS: 6_000,
    nonceS: 600,
    events: { bytes: 1e8, ageMs: 1e7 },
    optOuts: { numbering: createNumbering(secret), startWords: [], replicas: null },
  });
  const write = async (body: object): Promise<void> => {
    const nonce = { value: JSON.stringify(body), signedAt: new Date() };
    await writer.write({ region: "eu", callback: readCallback(body), nonce });
  };
  for (const { id, to, request } of emulator.batches().filter((batch) => batch.to.includes(ANN))) {
    const about = { type: "recipient_delivery_report_sms", batch_id: id, at: new Date().toISOString() };
    const reference = (request as unknown as { client_reference: string }).client_reference;
    for (const recipient of to.filter((each) => each === ANN || each === BO)) {
      await write({ ...about, recipient, status: "Failed", code: 201, client_reference: reference });
    }
    await addOpenBatch(
      redis,
      { prefix, region: "eu" },
      {
        batchId: id,
        type: "full",
        sentAt: new Date(),
        expireAt: new Date(),
      },
    );
  }
  const proofs = openProofs({ redis, prefix, numbering: createNumbering(secret), keepS: 6_000 });
  const late = {
    reference: "~eu-1",
    region: "eu",
    sendId: "eu-1",
    batchId: "01",
    handedOverAt: new Date(),
    sendAt: null,
  };
  await proofs.noteWithheld({ region: "eu", sendId: "eu-1", part: null, recipients: [ANN] });
  await proofs.noteTooLate(ANN, late, "");
  const waiting = {
    batchId: "01",
    reference: "~eu-1",
    jobId: "eu-1",
    sendId: "eu-1",
    part: null,
    to: [ANN, BO],
    out: [ANN],
  };
  const times = { handedOverAt: Date.now(), sendAt: Date.now() + HOUR_MS };
  await addWaiting({ redis, prefix, region: "eu" }, { ...waiting, ...times, late: [], counted: 1 }, new Date());
  const said = { type: "mo_text", received_at: new Date().toISOString(), from: ANN };
  await write({ ...said, id: "mo1", to: SENDER, body: `Thanks. ${ANNS.text}` });
  await write({ ...said, id: "mo2", to: SENDER, body: "STOP" });
  await write({
    ...said,
    id: "mo3",
    to: "12015550199",
    body: `Stop texting me. No, don't stop. ${ANNS.text}`,
  });
  await write({ ...said, id: "mo4", from: BO, to: SENDER, body: "Thank you" });
}

/** Sends that wait. */
async function leftWaiting(
  { redis, prefix }: RegionRig,
  producer: Producer,
  worker: VolleyWorker,
): Promise<EveryKind["waiting"]> {
  const enqueue = async (key: string, send: object): Promise<string> => {
    const options = { region: "eu", idempotencyKey: key };
    return (await producer.enqueue({ ...HI, from: "Volley", ...send } as never, options)).id;
  };
  const parameters = { name: { default: "you" } };
  // While the list cannot be read nothing is sent.
  const head = (await redis.getset(`${prefix}:suppressions`, "garbage")) ?? "";
  await enqueue("planned", { to: many(1_500), parameters });
  await enqueue("planned in one", { to: [...many(1_500)].map(({ to }) => to) });
  await eventually(async () => (await redis.zcard(`${prefix}:volley-eu:waiting-children`)) === 2, "both plans");
  await worker.close();
  await redis.set(`${prefix}:suppressions`, head);
  return {
    short: await enqueue("w short", { to: [BO, ANN_WRITTEN] }),
    alone: await enqueue("w alone", { to: [ANN_WRITTEN], body: ANNS.alone, parameters: {} }),
    urgent: await enqueue("w urgent", { to: [BO, ANN], priority: "urgent" }),
    delayed: await enqueue("w delayed", { to: [BO, ANN_WRITTEN], send_at: inAnHour() }),
    staged: await enqueue("w staged", { to: many(2_500), parameters }),
  };
}
