import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  limitsKey,
  overrideArguments,
  readLimits,
  type RegionLimits,
  servedRegionsKey,
} from "@volley/contract";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { type LimitsWatch, watchLimits } from "./limits-watch.ts";

const say = (): void => {};
const SILENT_LOG = { debug: say, info: say, warn: say, error: say };

let prefix: string;
let redis: Redis;
let watches: LimitsWatch[];

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  watches = [];
});

afterEach(async () => {
  for (const { close } of watches) close();
  await dropPrefix(prefix);
  redis.disconnect();
});

async function watch(environment: Partial<RegionLimits>, leadMs = 60_000): Promise<LimitsWatch> {
  const defaults = { ...DEFAULT_REGION_LIMITS, ...environment };
  const place = { redis, prefix, region: "eu" };
  const created = await watchLimits({ ...place, defaults, settings: { leadMs }, log: SILENT_LOG, lookIntervalMs: 20 });
  watches.push(created);
  return created;
}

async function change(...values: string[]): Promise<ReturnType<typeof readLimits>> {
  return readLimits(await redis.eval(CHANGE_LIMITS, 1, limitsKey(prefix, "eu"), ...values));
}

describe("the limits of a region", () => {
  it("are what the environment of the worker says that started last, for all of them", async () => {
    const first = await watch({ rate: 100 });
    const second = await watch({ rate: 200 });
    expect(second.current().rate).toBe(200);
    await eventually(() => first.current().rate === 200, "the other worker's rate");
  });

  it("stand beside the lead of the worker that started last, which an operator's change leaves alone", async () => {
    await watch({ rate: 100 }, 30_000);
    await watch({ rate: 100 }, 90_000);
    expect((await change(...overrideArguments(null))).leadMs).toBe(90_000);
  });

  it("are an operator's while they are set, and a worker that starts does not touch them", async () => {
    const first = await watch({ rate: 100, concurrency: 4 });
    await change(...overrideArguments({ rate: 20 }));
    await eventually(() => first.current().rate === 20, "the operator's rate");
    expect((await watch({ rate: 300, concurrency: 5 })).current()).toMatchObject({ rate: 20, concurrency: 5 });
    await change(...overrideArguments(null));
    await eventually(() => first.current().rate === 300, "the environment's rate");
  });

  it("are applied as they are, and whenever they change, and only then", async () => {
    const region = await watch({ rate: 10 });
    const heard: (number | null)[] = [];
    await region.follow(async ({ rate }) => void heard.push(rate));
    await change(...overrideArguments({ rate: 20 }));
    await eventually(() => heard.length === 2, "the change");
    await change(...overrideArguments({ rate: 30 }));
    await eventually(() => heard.length === 3, "the next change");
    expect(heard).toEqual([10, 20, 30]);
  });

  it("are applied until that has succeeded, each time with those that hold then", async () => {
    const region = await watch({ rate: 10 });
    const tried: (number | null)[] = [];
    await region.follow(async ({ rate }) => {
      tried.push(rate);
      if (rate === 20) throw new Error("Redis refuses the write");
    });
    await change(...overrideArguments({ rate: 20 }));
    await eventually(() => tried.length > 3, "some tries");
    await change(...overrideArguments({ rate: 30 }));
    await eventually(() => tried.includes(30), "the next change");
    expect(new Set(tried)).toEqual(new Set([10, 20, 30]));
  });

  it("are said again to a Redis that was emptied", async () => {
    await watch({ concurrency: 7 });
    expect(await redis.smembers(servedRegionsKey(prefix))).toEqual(["eu"]);
    await redis.del(limitsKey(prefix, "eu"), servedRegionsKey(prefix));
    const said = await eventually(async () => {
      const { limits, isPublished } = await change();
      return isPublished && limits;
    }, "the environment's limits");
    expect(said.concurrency).toBe(7);
    expect(await redis.smembers(servedRegionsKey(prefix))).toEqual(["eu"]);
  });

  it("come with the time that a request takes on average", async () => {
    (await watch({})).requestTook(120);
    expect(await eventually(async () => (await change()).requestMs, "the time of a request")).toBe(120);
  });
});

describe("a Redis that was emptied", () => {
  it("is told again what the environment says, before anybody believes that there is no pace", async () => {
    const region = await watch({ rate: 100 });
    const heard: RegionLimits[] = [];
    await region.follow(async (limits) => void heard.push(limits));
    await redis.del(limitsKey(prefix, "eu"));
    await eventually(() => heard.length > 1, "the limits, for what else has to be set again");
    expect(heard[1]?.rate).toBe(100);
    expect((await change()).isPublished).toBe(true);
  });
});
