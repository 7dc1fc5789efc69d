import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { createProducer, type Producer } from "../producer/producer.ts";

const PREFIX = "{volley}";
const NUMBER = "46701234567";
const TEXT = "your code is";
const VALUE = "481516";
const MESSAGE = { from: "Volley", body: `${TEXT} \${code}` };
const SEND = { ...MESSAGE, parameters: { code: { [NUMBER]: VALUE } } };

/** What makes Redis refuse is a setting of the whole server: a server of its own. */
let server: LocalRedis;
let redis: Redis;
let producer: Producer;

beforeAll(async () => {
  server = await startRedis({ prefer: "server" });
  redis = new Redis(server.url);
  await redis.acl("SETUSER", "limited", "on", ">secret", "~*", "&*", "+@all");
});

beforeEach(() => {
  producer = producerAs();
});

afterEach(async () => {
  await producer.close();
  await redis.config("SET", "maxmemory", "0");
  await redis.acl("SETUSER", "limited", "+evalsha");
  await redis.flushall();
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

function producerAs(username?: string): Producer {
  const { hostname, port } = new URL(server.url);
  return createProducer({
    redis: { host: hostname, port: Number(port), ...(username !== undefined && { username, password: "secret" }) },
    prefix: PREFIX,
    timeoutMs: 20_000,
    maxRedisBytes: Number.MAX_SAFE_INTEGER,
    routes: { prefixes: { "46": "eu" } },
  });
}

type Call = (idempotencyKey: string) => Promise<unknown>;

const enqueue = async (to: Iterable<string>, idempotencyKey: string, region = "eu"): Promise<unknown> =>
  producer.enqueue({ ...SEND, to }, { region, idempotencyKey });
const coalesce: Call = async (idempotencyKey) =>
  producer.coalesce({ ...MESSAGE, to: NUMBER, parameters: { code: VALUE } }, { region: "eu", idempotencyKey });

const CALLS: [string, Call][] = [
  ["a short list", async (key) => enqueue([NUMBER], key)],
  ["a stream", async (key) => enqueue(new Set([NUMBER]), key)],
  ["a routed list", async (key) => enqueue([NUMBER], key, "auto")],
  ["a coalesced message", coalesce],
];

/** Everything that somebody could log of an error. */
async function errorOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return inspect(error, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null });
}

function expectNothingOfTheSend(shown: string): void {
  for (const secret of [NUMBER, TEXT, VALUE]) expect(shown).not.toContain(secret);
}

describe.each(CALLS)("no error holds anything of %s when Redis", (_, call) => {
  it("finds something else where it counts jobs", async () => {
    await redis.lpush(`${PREFIX}:volley-eu:id`, "no number");
    const shown = await errorOf(call("17"));
    expect(shown).toContain("WRONGTYPE");
    expectNothingOfTheSend(shown);
  });

  it("has no memory left", async () => {
    await redis.config("SET", "maxmemory", "1");
    const shown = await errorOf(call("17"));
    expect(shown).toContain("VOLLEY_REDIS_FULL");
    expectNothingOfTheSend(shown);
  });

  it("does not allow the command", async () => {
    await producer.close();
    producer = producerAs("limited");
    // The first time a script is sent as a whole, which is another command.
    await call("16");
    await redis.acl("SETUSER", "limited", "-evalsha");
    const shown = await errorOf(call("17"));
    expect(shown).toContain("NOPERM");
    expectNothingOfTheSend(shown);
  });
});

it("no error holds anything of a short list when memory runs full while it is added", async () => {
  await enqueue([NUMBER], "16");
  const used = Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
  await redis.config("SET", "maxmemory", String(used + 1_000_000));
  const to = Array.from({ length: 10_000 }, (_, index) => String(Number(NUMBER) + index));
  const code = Object.fromEntries(to.map((number) => [number, VALUE.repeat(50)]));
  const shown = await errorOf(
    producer.enqueue({ ...SEND, to, parameters: { code } }, { region: "eu", idempotencyKey: "17" }),
  );
  expect(shown).toContain("VOLLEY_REDIS_FULL");
  expect(await redis.hlen(`${PREFIX}:keys:eu:0`)).toBe(1);
  expectNothingOfTheSend(shown);
});
