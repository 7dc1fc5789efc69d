import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { noticeSinceKey, pausedSinceKey, regionNoticeKey, regionSuspensionKey } from "@volley/contract";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { readRegionWaits, type RegionWaits } from "./region-waits.ts";

const ANN = "46701234567";
const SINCE = new Date("2026-12-01T09:00:00.000Z");
const NOW = new Date("2026-12-01T10:00:00.000Z");
const NOTHING: RegionWaits = { pausedSince: null, suspendedSince: null, heldSince: null, oldestJobSince: null };

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

async function read(): Promise<RegionWaits> {
  return readRegionWaits(rig, NOW);
}

describe("a region", () => {
  it("that works waits since never", async () => {
    expect(await read()).toEqual(NOTHING);
  });

  it("that somebody has paused waits since then, or since it is seen where nobody has written it down", async () => {
    await rig.queue.pause();
    expect(await read()).toEqual({ ...NOTHING, pausedSince: NOW });
    await rig.redis.set(pausedSinceKey(rig.prefix, "eu"), SINCE.toISOString());
    expect(await read()).toEqual({ ...NOTHING, pausedSince: SINCE });
    await rig.queue.resume();
    expect(await read()).toEqual(NOTHING);
  });

  it("that is suspended or backs off waits since its notice was first there", async () => {
    for (const key of [regionSuspensionKey(rig.prefix, "eu"), regionNoticeKey(rig.prefix, "eu")]) {
      await rig.redis.mset(key, "why", noticeSinceKey(key), SINCE.toISOString());
    }
    expect(await read()).toEqual({ ...NOTHING, suspendedSince: SINCE, heldSince: SINCE });
    await rig.redis.del(regionSuspensionKey(rig.prefix, "eu"));
    expect(await read()).toEqual({ ...NOTHING, heldSince: SINCE });
  });
});

function before(ms: number): { timestamp: number } {
  return { timestamp: NOW.getTime() - ms };
}

describe("the oldest job", () => {
  it("is the one that waits for longest, with a priority or without", async () => {
    await rig.add(textTo(ANN), before(2_000));
    await rig.add(textTo(ANN), before(1_000));
    expect((await read()).oldestJobSince).toEqual(new Date(NOW.getTime() - 2_000));
    await rig.add(textTo(ANN), { ...before(3_000), priority: 5 });
    expect((await read()).oldestJobSince).toEqual(new Date(NOW.getTime() - 3_000));
  });

  it("waits since its delay was over", async () => {
    const job = await rig.add(textTo(ANN), { ...before(60_000), delay: 3_600_000 });
    expect((await read()).oldestJobSince).toBeNull();
    await job.promote();
    expect((await read()).oldestJobSince).toEqual(NOW);
  });

  it("waits since its last pick-up where it had one", async () => {
    const job = await rig.add(textTo(ANN), before(60_000));
    await rig.redis.hset(rig.queue.toKey(String(job.id)), "processedOn", NOW.getTime() - 500);
    expect((await read()).oldestJobSince).toEqual(new Date(NOW.getTime() - 500));
  });

  it("is none that was held for its time", async () => {
    const job = await rig.add(textTo(ANN), before(60_000));
    await job.updateProgress({ last: { outcome: "held", code: "send_at" } });
    expect((await read()).oldestJobSince).toBeNull();
  });
});
