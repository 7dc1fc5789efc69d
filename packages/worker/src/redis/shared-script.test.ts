import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { ownPrefix } from "../../../../test/own-prefix.ts";
import { createSharedScript } from "./shared-script.ts";

const ADD = `
local answers = {}
for call = 1, #KEYS do answers[call] = redis.call("INCRBY", KEYS[call], ARGV[call]) end
return answers`;

describe("a shared script", () => {
  const prefix = ownPrefix();
  // One of its own: it is made to forget its scripts, also those that others use.
  let server: LocalRedis;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedis({ prefer: "server" });
  });

  beforeEach(() => {
    redis = new Redis(server.url);
  });

  afterEach(async () => {
    await redis.flushall();
    redis.disconnect();
  });

  afterAll(async () => server.stop());

  test("gives each caller the answer to its own call, also when Redis has forgotten the script", async () => {
    const add = createSharedScript(redis, ADD);
    for (let round = 1; round <= 2; round += 1) {
      await redis.script("FLUSH");
      const calls = Array.from({ length: 150 }, async (_, index) =>
        add({ keys: [`${prefix}:${index}`], values: [index] }),
      );
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 150 }, (_, index) => index * round));
    }
  });

  test("sends the calls of one moment together", async () => {
    const add = createSharedScript(redis, `redis.call("INCR", KEYS[1] .. ":commands") ${ADD}`);
    await Promise.all(Array.from({ length: 128 }, async () => add({ keys: [`${prefix}:a`], values: [1] })));
    expect(await redis.mget(`${prefix}:a`, `${prefix}:a:commands`)).toEqual(["128", "2"]);
  });

  test("sends fewer together where they are large, or where it is told to", async () => {
    const count = `redis.call("INCR", KEYS[1] .. ":commands") return #KEYS == 1 and { 1 } or { 1, 1 }`;
    const half = "x".repeat(600_000);
    const large = createSharedScript(redis, count);
    await Promise.all([1, 2, 3].map(async () => large({ keys: [`${prefix}:large`], values: [half] })));
    const few = createSharedScript(redis, count, { mostCalls: 2 });
    await Promise.all([1, 2, 3].map(async () => few({ keys: [`${prefix}:few`], values: [1] })));
    expect(await redis.mget(`${prefix}:large:commands`, `${prefix}:few:commands`)).toEqual(["3", "2"]);
  });

  test("tells every caller when the command fails", async () => {
    const fail = createSharedScript(redis, `return redis.error_reply("ERR no")`);
    const calls = [fail({ keys: [], values: [] }), fail({ keys: [], values: [] })];
    expect(await Promise.allSettled(calls)).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  });

  test("takes a list that is too short for a failure", async () => {
    const forget = createSharedScript(redis, "return {}");
    await expect(forget({ keys: [], values: [] })).rejects.toThrow("unanswered");
  });
});
