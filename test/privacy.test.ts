import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { createNumbering, tokenOf, writeToken } from "@volley/opt-outs";
import { createProducer, type Forgotten } from "@volley/producer";
import { placeOfPerson } from "../packages/receipts/src/reached/pack-people.ts";
import { createProgram } from "../apps/cli/src/program.ts";
import { readCliConfig } from "../apps/cli/src/redis/config.ts";
import { ANN, ANNS, BO, type EveryKind, startEveryKind } from "./every-kind.ts";
import { startRegionRig } from "./region-rig.ts";
import { eventually } from "./stage/eventually.ts";

const PAGE = readFileSync(join(fileURLToPath(new URL("..", import.meta.url)), "docs/privacy.md"), "utf8");

/** The names of keys in the first column of the table. */
const NAMES = [...PAGE.matchAll(/^\| (`.+?) +\|/gm)].flatMap(([, cell = ""]) => {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
});

/** What a name stands for: `<kind>` is one of those that the page lists, whatever else is in angle brackets is anything. */
const PATTERNS = NAMES.map((name) => {
  const [, kinds = ""] = /`<kind>` is one of ([^.]+)\./.exec(PAGE) ?? [];
  const kind = `(?:${[...kinds.matchAll(/`([^`]+)`/g)].map(([, each]) => each).join("|")})`;
  return { name, pattern: new RegExp(`^${name.replaceAll("<kind>", kind).replaceAll(/<[a-z]+>/g, "[^:]+")}$`) };
});

/** Keys that are there for moments, or where something is amiss. */
const NOT_HERE = new Set([
  "suppressions:touched:<process>",
  "suppressions:accepted",
  "suppressions:carried",
  "crew",
  "crew:<what>",
  "ready",
  "memory",
  "endpoints:tests",
  "endpoints:test:<ask>",
  "events:suspended",
  "waiting:<region>",
  "waiting:<region>:<batch>",
  "volley-events:<job>:<more>",
  "suppressions:replied:<person>",
  "suppressions:proof:<entry>",
  "suppressions:replied:<entry>",
  "board:users",
  "board:secret",
  "board:session:<digest>",
  "board:tries:<digest>",
  "board:log",
  "<stream>:forgetting",
  "<stream>:forgetting:copy",
]);

const WRITTEN = "0046 (70) 123-45 67";

/** Whatever tells of her: her number in clear, as it is packed in lists, and what is hers alone. */
const TELLING = [
  ANN,
  "701234567",
  WRITTEN,
  placeOfPerson(ANN).rest,
  writeToken(tokenOf(ANN, createNumbering())),
  ANNS.name,
  ANNS.text.slice(-9),
  ANNS.alone.slice(-6),
];

/** Which of these stand where, in any key, name or value, also as Redis would write it to its disk. */
async function tracesIn({ redis, prefix }: EveryKind): Promise<string[]> {
  const found: string[] = [];
  for (const key of await redis.keys(`${prefix}:*`)) {
    const texts = [key, ...(await valuesOf(redis, key)), (await redis.dumpBuffer(key))?.toString("latin1") ?? ""];
    for (const each of TELLING) {
      if (texts.some((text) => text.includes(each))) found.push(`${each} in ${key.slice(prefix.length + 1)}`);
    }
  }
  return found;
}

async function valuesOf(redis: EveryKind["redis"], key: string): Promise<string[]> {
  switch (await redis.type(key)) {
    case "string":
      return [(await redis.getBuffer(key))?.toString("latin1") ?? ""];
    case "hash":
      return [JSON.stringify(await redis.hgetall(key)), ...(await redis.hvals(key))];
    case "list":
      return redis.lrange(key, 0, -1);
    case "set":
      return redis.smembers(key);
    case "zset":
      return redis.zrange(key, "0", "-1", "WITHSCORES");
    case "stream":
      return (await redis.xrange(key, "-", "+")).flat(2);
    default:
      return [];
  }
}

/** Whoever is forgotten is looked for in every key there is: one of its own has no millions of other tests. */
let server: LocalRedis;

beforeAll(async () => {
  server = await startRedis({ prefer: "server" });
});

afterAll(async () => server.stop());

function counts({ found, left }: Forgotten): number[] {
  return [...Object.values(found), ...Object.values(left)];
}

describe.each([
  ["in clear", undefined],
  ["as hashes", "a secret of sixteen"],
])("with suppressed numbers %s", (_, secret) => {
  let kinds: EveryKind;

  beforeAll(async () => {
    kinds = await startEveryKind(server.url, secret);
  }, 180_000);

  afterAll(async () => kinds.close());

  it("the table names every key that Volley writes, and no others", async () => {
    const keys = (await kinds.redis.keys(`${kinds.prefix}:*`)).map((key) => key.slice(kinds.prefix.length + 1));
    expect(keys.filter((key) => !PATTERNS.some(({ pattern }) => pattern.test(key)))).toEqual([]);
    const isThere = (pattern: RegExp): boolean => keys.some((key) => pattern.test(key));
    const unused = PATTERNS.filter(({ name, pattern }) => !NOT_HERE.has(name) && !isThere(pattern));
    expect(unused.map(({ name }) => name)).toEqual([]);
  });

  it("somebody who is forgotten stands nowhere any more, is texted nothing, and the others get theirs", async () => {
    const { producer, rig, waiting } = kinds;
    const before = await tracesIn(kinds);
    expect(before.length).toBeGreaterThan(60);
    const dry = await producer.forget(WRITTEN, { dryRun: true });
    expect(Object.entries(dry.found).filter(([, count]) => count === 0)).toEqual([]);
    expect(await tracesIn(kinds)).toEqual(before);
    const told = await forgetAtTheCommandLine(kinds, secret);
    expect(told).toEqual({ found: dry.found, left: { active: 0, in_doubt: 0, waiting: 0, named: 0 } });
    expect(await tracesIn(kinds)).toEqual([]);
    expect(counts(await producer.forget(ANN)).every((count) => count === 0)).toBe(true);

    const texted = rig.emulator.timesTexted(ANN);
    expect(await producer.suppressions.check(ANN)).toMatchObject([{ kind: "stop" }, { kind: "maybe" }]);
    await rig.startWorker(secret === undefined ? {} : { suppressionSecret: secret });
    for (const id of [waiting.short, waiting.urgent, waiting.staged, waiting.alone]) {
      const { recipients } = await rig.resultOf(id);
      expect(recipients).toMatchObject({ accepted: recipients.requested - 1, suppressed: 1 });
    }
    expect((await rig.resultOf(waiting.alone)).rejected).toMatchObject([{ reason: "forgotten", by: "volley" }]);
    const again = { from: "12015550123", to: [ANN], body: "Hi" };
    const { id } = await producer.enqueue(again, { region: "eu", idempotencyKey: "once more" });
    expect((await rig.resultOf(id)).recipients).toMatchObject({ suppressed: 1 });
    expect(rig.emulator.timesTexted(ANN)).toBe(texted);
  }, 120_000);
});

async function forgetAtTheCommandLine({ prefix }: EveryKind, secret?: string): Promise<unknown> {
  const environment = { REDIS_URL: server.url, VOLLEY_PREFIX: prefix };
  const config = readCliConfig(
    secret === undefined ? environment : { ...environment, VOLLEY_SUPPRESSION_SECRET: secret },
  );
  const run = async (...flags: string[]): Promise<string> => {
    const output = Object.assign(new PassThrough(), { isTTY: false });
    const program = createProgram({
      config,
      output,
      messages: new PassThrough(),
      signal: new AbortController().signal,
    });
    await program.parseAsync(["node", "volley", "forget", WRITTEN, ...flags]);
    return String(output.read());
  };
  await expect(run()).rejects.toThrow("--yes");
  return JSON.parse(await run("--yes", "--json"));
}

it("what a worker has, or may have handed over, stays until that is known", async () => {
  const rig = await startRegionRig(server.url);
  const producer = createProducer({ redis: rig.redis, prefix: rig.prefix });
  const { id } = await producer.enqueue(
    { from: "Volley", to: [ANN, BO], body: "Hi" },
    { region: "eu", idempotencyKey: "one" },
  );
  const { leave } = await rig.pickUp();
  expect((await producer.forget(ANN)).left).toMatchObject({ in_doubt: 1 });
  await rig.queue.pause();
  await leave();
  const worker = await rig.startWorker();
  await eventually(async () => (await producer.forget(ANN)).left.in_doubt === 1, "a job in doubt");
  await rig.queue.resume();
  expect((await rig.resultOf(id)).recipients).toMatchObject({ accepted: 2 });
  await worker.close();
  expect((await producer.forget(ANN)).left).toEqual({ active: 0, in_doubt: 0, waiting: 0, named: 0 });
  await producer.close();
  await rig.close();
}, 60_000);
