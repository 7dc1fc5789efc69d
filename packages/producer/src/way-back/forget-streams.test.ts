import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { personOf } from "@volley/contract";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { createQueueAccess } from "../redis/queue-access.ts";
import { createRedisLink } from "../redis/redis-link.ts";
import { forgetInStream } from "./forget-streams.ts";
import type { Search } from "./forget-terms.ts";

const ANN = "46701234567";
const BO = "46707654321";
const MANY = 1_200;

let prefix: string;
let redis: Redis;
let stream: string;

beforeEach(async () => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl());
  stream = `${prefix}:inbox`;
  const adding = redis.pipeline();
  for (let index = 0; index < MANY; index += 1) {
    adding.xadd(stream, `${index + 1}-0`, "from", [ANN, BO][index % 100] ?? "46700000000");
  }
  await adding.exec();
});

afterEach(async () => {
  await dropPrefix(prefix);
  redis.disconnect();
});

type Happening = (calls: number) => Promise<unknown>;

/** @param before - each call to Redis, of which it is told how many there were */
async function forget(number: string, before: Happening = async () => {}) {
  const left: string[] = [];
  const access = createQueueAccess(createRedisLink(redis, 5_000), prefix);
  let calls = 0;
  const run: Search["access"]["link"]["run"] = async (call) => {
    await before((calls += 1));
    return access.link.run(call);
  };
  const search: Search = {
    access: { ...access, link: { ...access.link, run } },
    person: personOf(number),
    isDry: false,
    found: () => {},
    left: (reason) => void left.push(reason),
  };
  const count = await forgetInStream(search, { key: stream, about: null });
  await access.close();
  return { count, left };
}

async function countOf(number: string): Promise<number> {
  return (await redis.xrange(stream, "-", "+")).filter(([, fields]) => fields.includes(number)).length;
}

const GONE = { count: 12, left: [] };

it("two who are forgotten at the same time are both gone, and nobody else", async () => {
  expect(await Promise.all([forget(ANN), forget(BO)])).toEqual([GONE, GONE]);
  expect([await countOf(ANN), await countOf(BO), await redis.xlen(stream)]).toEqual([0, 0, MANY - 24]);
  expect(await redis.keys(`${prefix}:*`)).toEqual([stream]);
});

/** Something happens once, after most of the stream was copied. */
function onceCopied(happens: (copy: string) => Promise<unknown>): Happening {
  let has = false;
  return async () => {
    const [copy] = await redis.keys(`${stream}:forgetting:*`);
    if (has || copy === undefined || (await redis.xlen(copy)) < 900) return;
    has = true;
    await happens(copy);
  };
}

it.each([
  ["the copy goes", async (copy: string) => redis.unlink(copy)],
  ["the copy loses its end", async (copy: string) => redis.xtrim(copy, "MAXLEN", 900)],
  ["another one has the stream", async () => redis.set(`${stream}:forgetting`, "another", "PX", 300)],
])("makes the copy anew where %s", async (_, happens) => {
  let times = 0;
  const before = onceCopied(async (copy) => {
    times += 1;
    await happens(copy);
  });
  expect(await forget(ANN, before)).toEqual(GONE);
  expect(times).toBe(1);
  expect([await countOf(ANN), await countOf(BO), await redis.xlen(stream)]).toEqual([0, 12, MANY - 12]);
  expect(await redis.keys(`${prefix}:*`)).toEqual([stream]);
});

it("loses nothing, and says that somebody is left, where the copy never lasts", async () => {
  const before = async (): Promise<void> => {
    for (const copy of await redis.keys(`${stream}:forgetting:*`)) await redis.unlink(copy);
  };
  expect(await forget(ANN, before)).toEqual({ count: 0, left: ["active"] });
  expect([await countOf(ANN), await redis.xlen(stream)]).toEqual([12, MANY]);
});

it("an end of the stream that redis has lost meanwhile does not come back", async () => {
  expect(
    await forget(
      ANN,
      onceCopied(async () => redis.xtrim(stream, "MAXLEN", 0)),
    ),
  ).toEqual({ count: 0, left: [] });
  expect(await redis.xlen(stream)).toBe(0);
});
