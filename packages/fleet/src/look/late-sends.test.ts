import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CHANGE_LIMITS, DEFAULT_REGION_LIMITS, defaultArguments, limitsKey } from "@volley/contract";
import { eventually } from "../../../../test/stage/eventually.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { countLateSends } from "./late-sends.ts";

const NOW = new Date("2026-12-01T10:00:00.000Z");

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** What a planned send leaves in Redis: so many parts that have not ended, and its message. */
async function plan(id: string, parts: number, message: object, filler = ""): Promise<void> {
  const key = rig.queue.toKey(id);
  const data = JSON.stringify({ message, planned: { parts }, filler });
  await rig.redis
    .multi()
    .zadd(rig.queue.toKey("waiting-children"), NOW.getTime(), id)
    .hset(key, { data, timestamp: NOW.getTime() })
    .sadd(`${key}:dependencies`, ...Array.from({ length: parts }, (_, part) => `${id}.${part}`))
    .exec();
}

async function limit(rate: number | null): Promise<void> {
  const values = defaultArguments({ ...DEFAULT_REGION_LIMITS, rate });
  await rig.redis.eval(CHANGE_LIMITS, 1, limitsKey(rig.prefix, "eu"), ...values);
}

function inSeconds(seconds: number): string {
  return new Date(NOW.getTime() + 1_000 * seconds).toISOString();
}

async function late(): Promise<number> {
  return countLateSends(rig, NOW);
}

describe("a long send", () => {
  it.each([
    ["in time", { expire_at: inSeconds(20) }, 0],
    ["late", { expire_at: inSeconds(19) }, 1],
    ["late where it begins late", { send_at: inSeconds(10), expire_at: inSeconds(29) }, 1],
    ["in time where it begins late and lasts", { send_at: inSeconds(10), expire_at: inSeconds(30) }, 0],
    ["in time, within three days", {}, 0],
  ])("of two parts at 100 a second is %s", async (_title, message, count) => {
    await limit(100);
    await plan("send", 2, message);
    expect(await late()).toBe(count);
  });

  it("is late after three days where it does not say when", async () => {
    await limit(0.001);
    await plan("send", 2, { body: 'expires: "expire_at":"2030-01-01T00:00:00Z"' });
    expect(await late()).toBe(1);
  });

  it("takes turns with others, of which those that are shorter go on in time", async () => {
    await limit(100);
    await plan("long", 9, { expire_at: inSeconds(100) });
    await plan("short", 2, { expire_at: inSeconds(40) });
    expect(await late()).toBe(1);
  });

  it("is late for nobody where nobody knows how fast the region is", async () => {
    await limit(null);
    await plan("send", 2, { expire_at: inSeconds(1) });
    expect(await late()).toBe(0);
  });

  it("that is too long to be looked into is never late, and in the way of others", async () => {
    await limit(100);
    await plan("heavy", 9, { expire_at: inSeconds(1) }, "x".repeat(400_000));
    await plan("send", 2, { expire_at: inSeconds(39) });
    expect(await late()).toBe(1);
  });
});

it("are counted as they are under way", async () => {
  await rig.startWorker({ limits: { rate: 100 } });
  const expire_at = new Date(Date.now() + 20_000).toISOString();
  await rig.add({ ...textTo(...numbers(4_000)), expire_at });
  expect(await eventually(async () => (await countLateSends(rig, new Date())) === 1, "a send that is late")).toBe(true);
});
