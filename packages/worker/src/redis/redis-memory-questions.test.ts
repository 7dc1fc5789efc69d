import { afterEach, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { createCrew } from "./crew.ts";
import { type RedisMemory, watchRedisMemory } from "./redis-memory.ts";

const SILENT = { debug: say, info: say, warn: say, error: say };

/** A question that Redis has not answered yet. */
type Asked = { readonly answer: (identity: string) => void; readonly fail: () => void };

let memory: RedisMemory;

afterEach(() => memory.close());

function say(): void {}

/** A Redis that answers when a test lets it, after the first question. */
async function watch(): Promise<Asked[]> {
  const asked: Asked[] = [];
  const evalsha = async (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      asked.push({
        answer: (identity) => resolve([identity, "0", "", "0", "0", 0, 0, 0]),
        fail: () => reject(new Error("Connection is closed.")),
      });
    });
  const redis = { evalsha } as unknown as Redis;
  const watching = watchRedisMemory(redis, {
    prefix: "{volley}",
    crew: createCrew(redis, "{volley}"),
    log: SILENT,
    now: () => new Date(0),
  });
  asked.shift()?.answer("first");
  memory = await watching;
  return asked;
}

/** Until what was begun has been asked. */
async function soon(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

async function recalled(): Promise<string> {
  return (await memory.recall()).identity;
}

it("is asked again by whoever comes while a question is on its way: another process may answer by then", async () => {
  const asked = await watch();
  const early = recalled();
  await soon();
  const late = [recalled(), recalled()];
  await soon();
  expect(asked).toHaveLength(2);
  asked[0]?.answer("second");
  expect(await early).toBe("second");
  asked[1]?.answer("third");
  expect(await Promise.all(late)).toEqual(["third", "third"]);
  expect(memory.last().identity).toBe("third");
});

it("is asked again by the same ones when a question has failed, and by all others with them", async () => {
  const asked = await watch();
  const early = recalled();
  await soon();
  asked[0]?.fail();
  await soon();
  const late = recalled();
  await soon();
  expect(asked).toHaveLength(1);
  while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  asked[1]?.answer("second");
  expect(await Promise.all([early, late])).toEqual(["second", "second"]);
  expect(asked).toHaveLength(2);
});
