import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { liftedKey } from "@volley/contract";
import type { Queue } from "bullmq";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { liftStarving } from "./lift-starving.ts";

const say = (): void => {};
const SILENT_LOG = { debug: say, info: say, warn: say, error: say };

let rig: RegionRig;
let nowMs: number;
let ends: (() => void)[];
let lookCounts: number[];

beforeEach(async () => {
  rig = await startRegionRig();
  nowMs = Date.parse("2026-12-01T12:00:00Z");
  ends = [];
});

afterEach(async () => {
  for (const end of ends) end();
  await rig.close();
});

/** Two processes that look after the same region; their looks are counted. */
function start(starvesAfterMs = 60_000): void {
  lookCounts = [0, 0];
  for (const index of lookCounts.keys()) {
    const isPaused = async (): Promise<boolean> => {
      lookCounts[index] = (lookCounts[index] ?? 0) + 1;
      return rig.queue.isPaused();
    };
    const queue: Queue = Object.assign(Object.create(rig.queue) as Queue, { isPaused });
    ends.push(liftStarving({ ...rig, queue, now, log: SILENT_LOG, lookIntervalMs: 10, starvesAfterMs }));
  }
}

function now(): Date {
  return new Date(nowMs);
}

/** Waits until both have looked twice more, so that one look has begun and ended. */
async function looks(): Promise<void> {
  const wanted = lookCounts.map((count) => count + 3);
  await eventually(() => lookCounts.every((count, index) => count >= (wanted[index] ?? 0)), "some looks");
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
    await looks();
    nowMs += 59_999;
    await looks();
    expect(await firstWaiting()).toBe(short.id);
    nowMs += 1;
    await eventually(async () => (await firstWaiting()) === part.id, "the part in front");
    await looks();
    nowMs += 60_000;
    await looks();
    expect(await rig.redis.zcard(rig.queue.toKey("prioritized"))).toBe(1);
  });

  it("stays where it is while one that was put in front has not ended: parts would be before shorter sends soon", async () => {
    await rig.add(textTo("46701234567"));
    const first = await rig.add(textTo("46701234568"), { priority: 5 });
    const second = await rig.add(textTo("46701234569"), { priority: 6 });
    const starve = async (): Promise<void> => {
      await eventually(async () => (await rig.redis.exists(liftedKey(rig.prefix, rig.region))) === 0, "the next time");
      await looks();
      nowMs += 50;
      await looks();
    };
    start(50);
    await starve();
    await starve();
    expect(await first.getState()).toBe("waiting");
    expect(await second.getState()).toBe("prioritized");
    await rig.queue.remove(String(first.id));
    await starve();
    await eventually(async () => (await second.getState()) === "waiting", "the second part in front");
  });

  it("stays where it is while nothing goes before it", async () => {
    await rig.add(textTo("46701234568"), { priority: 5 });
    start();
    await looks();
    nowMs += 60_000;
    await looks();
    expect(await firstWaiting()).toBeUndefined();
  });

  it("stays where it is while the region is paused", async () => {
    const short = await rig.add(textTo("46701234567"));
    await rig.add(textTo("46701234568"), { priority: 5 });
    await rig.queue.pause();
    start();
    await looks();
    nowMs += 60_000;
    await looks();
    expect(await firstWaiting()).toBe(short.id);
  });
});
