import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type RegionRig, startRegionRig, textTo } from "../../../test/region-rig.ts";
import { eventually } from "../../../test/stage/eventually.ts";
import { liftStarving } from "./lift-starving.ts";

const say = (): void => {};
const SILENT_LOG = { debug: say, info: say, warn: say, error: say };

let rig: RegionRig;
let nowMs: number;
let ends: (() => void)[];

beforeEach(async () => {
  rig = await startRegionRig();
  nowMs = Date.parse("2026-12-01T12:00:00Z");
  ends = [];
});

afterEach(async () => {
  for (const end of ends) end();
  await rig.close();
});

/** Two processes that look after the same region. */
function start(): void {
  const now = (): Date => new Date(nowMs);
  for (let started = 0; started < 2; started += 1) {
    ends.push(liftStarving({ ...rig, now, log: SILENT_LOG, lookIntervalMs: 10, starvesAfterMs: 60_000 }));
  }
}

async function looks(count: number): Promise<void> {
  const usage = async (): Promise<number> =>
    Number(/cmdstat_zrange:calls=(\d+)/.exec(await rig.redis.info("commandstats"))?.[1]);
  const before = await usage();
  await eventually(async () => (await usage()) >= before + 2 * count, "some looks");
}

async function firstWaiting(): Promise<string | undefined> {
  return (await rig.redis.lrange(rig.queue.toKey("wait"), -1, -1))[0];
}

describe("a part that waits behind shorter sends", () => {
  it("is put in front of them after a while, one in that time over all processes", async () => {
    const short = await rig.add(textTo("46701234567"));
    const part = await rig.add(textTo("46701234568"), { priority: 5 });
    await rig.add(textTo("46701234569"), { priority: 6 });
    start();
    await looks(2);
    nowMs += 59_999;
    await looks(2);
    expect(await firstWaiting()).toBe(short.id);
    nowMs += 1;
    await eventually(async () => (await firstWaiting()) === part.id, "the part in front");
    await looks(2);
    nowMs += 60_000;
    await looks(2);
    expect(await rig.redis.zcard(rig.queue.toKey("prioritized"))).toBe(1);
  });

  it("stays where it is while nothing goes before it", async () => {
    await rig.add(textTo("46701234568"), { priority: 5 });
    start();
    await looks(2);
    nowMs += 60_000;
    await looks(2);
    expect(await firstWaiting()).toBeUndefined();
  });

  it("stays where it is while the region is paused", async () => {
    const short = await rig.add(textTo("46701234567"));
    await rig.add(textTo("46701234568"), { priority: 5 });
    await rig.queue.pause();
    start();
    await looks(2);
    nowMs += 60_000;
    await looks(2);
    expect(await firstWaiting()).toBe(short.id);
  });
});
