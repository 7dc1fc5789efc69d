import { afterAll, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createNumbering } from "../terms/numbering.ts";
import { createEntryCount } from "./count-entries.ts";
import { openSuppressionList } from "./suppression-list.ts";

const redis = new Redis(testRedisUrl());
const prefix = ownPrefix();

afterAll(async () => {
  await dropPrefix(prefix);
  await redis.quit();
});

test("counts the entries of a list, and counts again only where it has changed", async () => {
  const list = openSuppressionList({ redis, prefix, numbering: createNumbering(undefined) });
  const people = Array.from({ length: 1_500 }, (_, index) => ({
    number: String(46_700_000_000 + 65_521 * (index % 3) + index),
    scope: "all" as const,
    kind: "stop" as const,
    at: new Date(),
    who: "inbound",
    why: "STOP",
  }));
  let asked = 0;
  const counting = { ...scriptsOf(), get: async (key: string) => redis.get(key) };
  const count = createEntryCount({ redis: counting as unknown as Redis, prefix }, { atMostEveryMs: 0 });
  expect(await count()).toBe(0);
  await list.add(people);
  expect(await count()).toBe(1_500);
  const before = asked;
  expect(await count()).toBe(1_500);
  expect(asked).toBe(before);
  await list.remove(people.slice(0, 2), { who: "a person", why: "a test" });
  expect(await count()).toBe(1_498);

  function scriptsOf() {
    const run = async (...input: [string, number, ...(string | number)[]]): Promise<unknown> => {
      asked += 1;
      return redis.evalsha(...input);
    };
    return { evalsha: run, eval: redis.eval.bind(redis) };
  }
});
