import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { minutesKey } from "./minutes-key.ts";
import { readMinutes } from "./read-minutes.ts";
import { countMinutes } from "./write-minutes.ts";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** Now, by the clock that minutes go by. */
async function redisNow(): Promise<Date> {
  const [seconds = 0] = await rig.redis.time();
  return new Date(seconds * 1_000);
}

it("holds what all processes did in the last hour, what waited, and no more than that", async () => {
  const [one, other] = [countMinutes(rig), countMinutes(rig)];
  const hourAgo = Math.floor((await redisNow()).getTime() / 60_000) - 60;
  // What stood in the place of this minute an hour ago, and of the next.
  await rig.redis.hset(minutesKey(rig), {
    [hourAgo % 60]: `${hourAgo} 9 9 9 9 9 9 9 9 9`,
    [(hourAgo + 1) % 60]: "no minute",
  });
  await rig.add(textTo("46701234567"), { timestamp: (await redisNow()).getTime() - 90_000 });
  await rig.add(textTo("46701234567"), { priority: 5 });
  one.add("accepted", 1_000);
  one.add("throttled", 1_000);
  other.add("accepted", 3);
  await one.write();
  await other.write();
  await one.write();
  const minutes = await readMinutes(rig, await redisNow());
  expect(minutes).toHaveLength(60);
  const known = minutes.filter((minute) => minute !== null);
  expect(known.reduce((sum, { recipients }) => sum + recipients, 0)).toBe(1_003);
  expect(known.at(-1)).toMatchObject({ requests: { rejected: 0, unknown: 0 }, waiting: 2 });
  expect(known.at(-1)?.lateS).toBeGreaterThanOrEqual(90);
  expect(known.reduce((sum, { requests }) => sum + requests.throttled, 0)).toBe(1);
  expect(await rig.redis.hlen(minutesKey(rig))).toBeLessThanOrEqual(60);
  expect(await rig.redis.pttl(minutesKey(rig))).toBeGreaterThan(0);
});

it("knows nothing of a region without a worker", async () => {
  expect(await readMinutes(rig, new Date())).toEqual(Array.from({ length: 60 }, () => null));
});
