import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { Logger } from "@volley/runtime";
import { type RegionRig, startRegionRig } from "../../../test/region-rig.ts";
import { eventually } from "../../../test/stage/eventually.ts";
import type { WorkerConfig } from "./config.ts";
import { redeliverRegions } from "./redeliver-regions.ts";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

it("looks at every region again and again, goes on once Redis is back, and ends when it is told to", async () => {
  const redis = rig.redis.duplicate({ retryStrategy: () => null });
  const said: string[] = [];
  const say = (_: object, text: string): void => void said.push(text);
  const log = { debug: say, info: say, warn: say } as unknown as Logger;
  const regions = [{ name: "us" }, { name: "eu" }];
  const config = { prefix: rig.prefix, regions, settings: { leadMs: 0 } } as unknown as WorkerConfig;
  const due = `${rig.prefix}:redeliver:eu`;
  const isLookedAt = async (): Promise<boolean> => (await rig.redis.zcard(due)) === 0;
  const looking = redeliverRegions({ config, redis, log }, 20);
  try {
    // A send that is not there any more is looked at once, and then no more.
    await rig.redis.zadd(due, 0, "eu-gone");
    await eventually(isLookedAt, "a look");
    redis.disconnect();
    await eventually(() => said.length >= 4, "two rounds without Redis");
    await rig.redis.zadd(due, 0, "eu-gone");
    await redis.connect();
    await eventually(isLookedAt, "a look once it is back");
    expect(new Set(said)).toEqual(new Set(["it was not looked whether a send is due once more"]));
  } finally {
    await looking.close();
    redis.disconnect();
  }
  await rig.redis.zadd(due, 0, "eu-gone");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await isLookedAt()).toBe(false);
});
