import { setTimeout as pause } from "node:timers/promises";
import { createProducer, type Producer } from "@volley/producer";
import { runCommand } from "../stage/run-command.ts";
import { person } from "../topologies/orders.ts";
import { type Ground, startAloneGround, startReplicatedGround } from "./ground.ts";

/** A kind of record: how one is made until it is acknowledged, and whether it is still there. */
type Kind = {
  readonly name: string;
  readonly make: (producer: Producer, count: number) => Promise<string>;
  readonly isThere: (producer: Producer, made: string) => Promise<boolean>;
};

const REGION = "us";

/** For so long records are made before Redis is killed, in milliseconds. */
const MAKING_MS = 2_000;

/** Of these looked at: the last ones, which are lost first. */
const LOOKED_AT = 200;

const OPT_OUTS = "opt-outs";

const KINDS: readonly Kind[] = [
  {
    name: "sends, with their keys and their rows in the list",
    make: async (producer, count) => (await producer.enqueue(sendOf(count), optionsOf(count))).id,
    isThere: async (producer, id) => (await producer.status(id)) !== null,
  },
  {
    name: OPT_OUTS,
    make: async (producer, count) => {
      await producer.suppressions.add(person(count));
      return person(count);
    },
    isThere: async (producer, number) => (await producer.suppressions.check(number)).length === 1,
  },
  {
    name: "keys of the API",
    make: async (producer, count) =>
      (await producer.keys.create({ name: `key ${count}`, scopes: ["sends:read"] })).record.id,
    isThere: async (producer, id) => (await producer.keys.list()).some((key) => key.id === id),
  },
];

const TOPOLOGIES: readonly (readonly [string, () => Promise<Ground>])[] = [
  ["a replica 30 ms behind takes over", startReplicatedGround],
  ["started again, `appendfsync everysec`", async () => startAloneGround("everysec")],
];

await runCommand(
  (args) => (args.includes("--help") ? null : {}),
  "pnpm losses: what is acknowledged and lost where Redis is killed, by kind of record\n",
  main,
);

/** @returns the exit code: 0 when no opt-out is lost */
async function main(): Promise<number> {
  let optOutsLost = 0;
  console.log("| what happens | record | acknowledged within 2 s | of these lost |\n| --- | --- | --- | --- |");
  for (const [title, start] of TOPOLOGIES) {
    for (const kind of KINDS) {
      const { made, lost } = await measure(kind, await start());
      console.log(`| ${title} | ${kind.name} | ${made} | ${lost} |`);
      if (kind.name === OPT_OUTS) optOutsLost += lost;
    }
  }
  return optOutsLost === 0 ? 0 : 1;
}

async function measure(kind: Kind, ground: Ground): Promise<{ readonly made: number; readonly lost: number }> {
  const redis = ground.connect();
  redis.on("error", () => {});
  const producer = createProducer({ redis, prefix: "{losses}", timeoutMs: 5_000 });
  const made: string[] = [];
  const struck = new AbortController();
  const making = (async () => {
    for (let count = 0; !struck.signal.aborted; count += 1) {
      const one = await kind.make(producer, count).catch(() => null);
      if (one !== null && !struck.signal.aborted) made.push(one);
    }
  })();
  await pause(MAKING_MS);
  struck.abort();
  await ground.strike();
  await ground.recover();
  await making;
  await pause(1_000);
  const there = await Promise.all(made.slice(-LOOKED_AT).map(async (one) => kind.isThere(producer, one)));
  await producer.close();
  redis.disconnect();
  await ground.close();
  return { made: made.length, lost: there.filter((is) => !is).length };
}

function sendOf(count: number) {
  return { from: "12015550123", to: [person(count)], body: "Hello" };
}

function optionsOf(count: number) {
  return { region: REGION, idempotencyKey: `send ${count}` };
}
