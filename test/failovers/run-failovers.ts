import { type Emulator, startEmulator } from "@volley/emulator";
import { createProducer, type Producer } from "@volley/producer";
import { eventually } from "../stage/eventually.ts";
import { environmentOf, plansOf } from "../stage/stage.ts";
import { spawnWebhooks, type WebhooksProcess } from "../stage/webhooks-process.ts";
import { startWorkerProcess } from "../stage/worker-process.ts";
import type { FailoversArguments, How } from "./failovers-arguments.ts";
import { type Ground, startAloneGround, startReplicatedGround } from "./ground.ts";

/** What one way of losing Redis came to. */
export type FailoversReport = {
  readonly how: How;
  readonly tries: number;
  /** Opt-outs that were acknowledged: of each try one before Redis is killed, and one after. */
  readonly acknowledged: number;
  /** Of these, those who were not on the list afterwards. */
  readonly lost: number;
  /** Of these, those who were texted afterwards. */
  readonly texted: number;
  readonly seconds: number;
};

type Rig = {
  readonly ground: Ground;
  readonly webhooks: WebhooksProcess;
  readonly emulator: Emulator;
  readonly producer: Producer;
};

const [PREFIX, REGION, SENDER] = ["{failovers}", "us", "12015550123"];

const HEARD: readonly ((rig: Rig, number: string) => Promise<boolean | null>)[] = [
  async (rig, from) =>
    isTaken(rig, { type: "mo_text", id: `STOP-${from}`, from, to: SENDER, body: "STOP", received_at: new Date() }),
  async (rig, recipient) =>
    isTaken(rig, {
      type: "recipient_delivery_report_sms",
      batch_id: "01JHFFHQ0P99JPPNQPJDV7JTBP",
      recipient,
      code: 257,
      status: "Rejected",
      at: new Date(),
    }),
  async ({ producer }, number) => unlessAway(async () => (await producer.suppressions.add(number)).added >= 0),
];

/** Kills Redis right after an opt-out was acknowledged, again and again, and looks whether it is kept. */
export async function runFailovers(
  how: How,
  { tries, replicas, fsync, say }: FailoversArguments & { readonly say: (line: string) => void },
): Promise<FailoversReport> {
  const startedAt = performance.now();
  const stopping: (() => Promise<unknown>)[] = [];
  try {
    const ground = how === "failover" ? await startReplicatedGround() : await startAloneGround(fsync);
    stopping.unshift(ground.close);
    const rig = await setUpRig(ground, replicas, stopping);
    const [optedOut, lost] = [new Set<string>(), new Set<string>()];
    for (let at = 0; at < tries; at += 1) {
      const gone = await tryOnce(rig, at, optedOut);
      for (const number of gone) lost.add(number);
      if ((at + 1) % 10 === 0) say(`${how}: ${at + 1} of ${tries} tries, ${lost.size} lost`);
    }
    // What was kept once may be lost by a later failover.
    for (const number of optedOut) if (!(await isListed(rig, number))) lost.add(number);
    const texted = [...optedOut].filter((number) => rig.emulator.timesTexted(number) > 0).length;
    const seconds = (performance.now() - startedAt) / 1_000;
    return { how, tries, acknowledged: optedOut.size, lost: lost.size, texted, seconds };
  } finally {
    for (const stop of stopping) await stop();
  }
}

/** @param stopping - gets what ends each of what it starts, the last one first */
async function setUpRig(
  ground: Ground,
  replicas: FailoversArguments["replicas"],
  stopping: (() => Promise<unknown>)[],
): Promise<Rig> {
  const connection = ground.connect();
  // Redis is killed: that connections end is what is wanted.
  connection.on("error", () => {});
  stopping.unshift(async () => connection.disconnect());
  const optOutReplicas = replicas === "auto" ? replicas : Number(replicas);
  const producer = createProducer({ redis: connection, prefix: PREFIX, timeoutMs: 3_000, optOutReplicas });
  stopping.unshift(async () => producer.close());
  const emulator = await startEmulator({ plans: plansOf([REGION]) });
  stopping.unshift(async () => emulator.close());
  const environment = {
    ...ground.environment,
    ...environmentOf([REGION], { prefix: PREFIX, baseUrl: emulator.url }),
    VOLLEY_OPT_OUT_REPLICAS: replicas,
  };
  const open = { VOLLEY_CALLBACK_UNSIGNED: "allow", VOLLEY_HTTP_PORT: "0" };
  const own = { VOLLEY_PREFIX: PREFIX, VOLLEY_REGIONS: REGION, VOLLEY_OPT_OUT_REPLICAS: replicas };
  const webhooks = await spawnWebhooks({ ...ground.environment, ...own, ...open });
  stopping.unshift(webhooks.stop);
  const worker = await startWorkerProcess({ ...environment, VOLLEY_UNKNOWN_HOLD_MS: "1000" });
  stopping.unshift(worker.stop);
  return { ground, webhooks, emulator, producer };
}

/** @returns who is not on the list afterwards */
async function tryOnce(rig: Rig, at: number, optedOut: Set<string>): Promise<string[]> {
  const { ground, producer } = rig;
  const [before, after, other] = [1, 2, 3].map((place) => String(46_700_000_000 + at * 10 + place)) as [
    string,
    string,
    string,
  ];
  const hear = HEARD[at % HEARD.length] ?? HEARD[0];
  if (hear === undefined) throw new Error("nothing is heard");
  await eventually(async () => hear(rig, before), "an opt-out that is acknowledged");
  await ground.strike();
  // Whoever says STOP while Redis is away is told to come again.
  const later = eventually(async () => hear(rig, after), "an opt-out that is acknowledged after the loss");
  await ground.recover();
  await later;
  for (const number of [before, after]) optedOut.add(number);
  const people = [before, after, other];
  const message = { from: SENDER, to: people, body: "Hello." };
  const options = { region: REGION, idempotencyKey: `try ${at}` };
  const { id } = await eventually(
    async () => unlessAway(async () => producer.enqueue(message, options)),
    "a send on the queue",
  );
  await eventually(async () => unlessAway(async () => (await producer.status(id))?.result), "the end of a send");
  const listed = await Promise.all([before, after].map(async (number) => isListed(rig, number)));
  await ground.makeReady();
  return [before, after].filter((_, place) => !listed[place]);
}

async function isListed({ producer }: Rig, number: string): Promise<boolean> {
  const entries = await eventually(
    async () => unlessAway(async () => producer.suppressions.check(number)),
    "a list that can be read",
  );
  return entries.length > 0;
}

async function isTaken({ webhooks }: Rig, callback: object): Promise<boolean> {
  const answer = await fetch(`${webhooks.url}/v1/callbacks/${REGION}`, {
    method: "POST",
    body: JSON.stringify(callback),
  });
  if (answer.status !== 200 && answer.status !== 503) throw new Error(`a callback was answered with ${answer.status}`);
  return answer.status === 200;
}

const AWAY = new Set(["VOLLEY_REDIS_UNAVAILABLE", "VOLLEY_SUPPRESSION_UNCONFIRMED"]);

/** @returns `null` while Redis is away @throws what else was said */
async function unlessAway<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    if (AWAY.has(String(Reflect.get(Object(error), "code")))) return null;
    throw error;
  }
}
