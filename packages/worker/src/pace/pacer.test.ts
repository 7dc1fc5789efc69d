import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  CHANGE_LIMITS,
  DEFAULT_REGION_LIMITS,
  limitsKey,
  overrideArguments,
  paceHoldKey,
  paceKey,
  type RegionLimits,
} from "@volley/contract";
import { eventually } from "../../../../test/stage/eventually.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { holdQueue } from "../region/hold-queue.ts";
import { createPacer, type PaceRequest, type Pacer, type Reservation } from "./pacer.ts";

let rig: RegionRig;
let pacer: Pacer;

beforeEach(async () => {
  rig = await startRegionRig();
  pacer = createPacer(rig.redis, rig.prefix, rig.region, rig.queue);
});

afterEach(async () => rig.close());

const FAR_MS = 60_000;

async function set(limits: Partial<RegionLimits>): Promise<void> {
  await rig.redis.eval(CHANGE_LIMITS, 1, limitsKey(rig.prefix, rig.region), ...overrideArguments(limits));
}

async function reserve(cost: number, changes: Partial<PaceRequest> = {}): Promise<Reservation> {
  return pacer.reserve({ cost, maxWaitMs: FAR_MS, isUrgent: false, yields: false, ...changes });
}

/** The wait of a reservation; the tests run for less than a second, in which a wait of hours does not change. */
async function waitOf(cost: number, changes: Partial<PaceRequest> = {}): Promise<number> {
  const reservation = await reserve(cost, { maxWaitMs: Number.MAX_SAFE_INTEGER, ...changes });
  if (reservation.kind !== "reserved") throw new Error(reservation.kind);
  return reservation.waitMs;
}

/** How long the queue is held, in milliseconds. */
async function held(): Promise<number> {
  return rig.queue.getRateLimitTtl(1e9);
}

describe("the pace of a region", () => {
  it("lets everything go at once where there is no rate", async () => {
    expect(await reserve(1_000_000)).toEqual({ kind: "reserved", waitMs: 0 });
    expect(await rig.redis.exists(paceKey(rig.prefix, rig.region))).toBe(0);
  });

  it("lets the first request go, and the next one when the rate allows it", async () => {
    await set({ rate: 1 });
    expect(await waitOf(3_600)).toBe(0);
    // 3,600 at 0.985 a second, and the little distance after a rest.
    const waits = [await waitOf(3_600), await waitOf(1)];
    expect(waits.map((waitMs) => Math.round(waitMs / 10_000))).toEqual([365, 731]);
  });

  it("saves nothing up while nothing is sent", async () => {
    await set({ rate: 1 });
    await waitOf(0.1);
    await rig.redis.hset(paceKey(rig.prefix, rig.region), "tat", Date.now() - 3_600_000);
    expect(await waitOf(3_600)).toBe(0);
    expect(await waitOf(1)).toBeGreaterThan(3_600_000);
  });

  it("follows a new rate with what is reserved for urgent sends, too", async () => {
    await set({ rate: 0.1, urgentShare: 0.1 });
    await waitOf(1, { isUrgent: true });
    await waitOf(1, { isUrgent: true });
    await set({ rate: 1_000 });
    // Others have used the rate up for an hour.
    await waitOf(3_600_000);
    expect(await waitOf(1, { isUrgent: true })).toBeLessThan(1_000);
  });

  it("reserves nothing when the wait would be too long", async () => {
    await set({ rate: 1 });
    await waitOf(3_600);
    const late = await reserve(3_600);
    expect(late).toMatchObject({ kind: "later" });
    expect(await waitOf(1)).toBeLessThan(3_700_000);
  });

  it("follows a new rate at once, with what is reserved already", async () => {
    await set({ rate: 1 });
    await waitOf(3_600);
    await set({ rate: 10 });
    expect(Math.round((await waitOf(1)) / 10_000)).toBe(37);
    await set({ rate: null });
    expect(await waitOf(1)).toBe(0);
  });

  it("is not stopped for long by a clock that was turned back", async () => {
    await set({ rate: 1_000 });
    await waitOf(1);
    await rig.redis.hset(paceKey(rig.prefix, rig.region), "tat", Date.now() + 3_600_000);
    expect(await waitOf(1)).toBe(0);
  });
});

describe("an urgent request", () => {
  it("has a share of its own while the rate is used up, and everything stays within the rate", async () => {
    await set({ rate: 1, urgentShare: 0.1 });
    await waitOf(3_600);
    expect(await waitOf(100, { isUrgent: true })).toBe(0);
    // 100 at a tenth of the rate.
    expect(Math.round((await waitOf(100, { isUrgent: true })) / 10_000)).toBe(102);
    // 3,600 and 200 more.
    expect(Math.round((await waitOf(1)) / 10_000)).toBe(386);
  });

  it("waits like others where it has no share", async () => {
    await set({ rate: 1, urgentShare: 0 });
    await waitOf(3_600);
    expect(await waitOf(1, { isUrgent: true })).toBeGreaterThan(3_600_000);
  });
});

describe("a job between its pieces", () => {
  it("stops where the region is paused", async () => {
    await rig.queue.pause();
    expect(await reserve(1)).toEqual({ kind: "paused" });
  });

  it("makes room for a job that goes before it when all slots are taken, and only then", async () => {
    await set({ rate: 1_000 });
    await rig.add(textTo("46701234567"));
    await rig.add(textTo("46701234568"));
    await rig.queue.setGlobalConcurrency(2);
    const { free } = await rig.pickUp();
    expect(await reserve(1, { yields: true })).toMatchObject({ kind: "reserved" });
    await rig.queue.setGlobalConcurrency(1);
    expect(await reserve(1, { yields: true })).toEqual({ kind: "yield" });
    expect(await reserve(1)).toMatchObject({ kind: "reserved" });
    await free();
  });
});

describe("a queue whose rate is used up", () => {
  beforeEach(async () => {
    await set({ rate: 1 });
  });

  it("is held while parts wait", async () => {
    await rig.add(textTo("46701234567"), { priority: 5 });
    await waitOf(3_600);
    expect(await held()).toBeGreaterThan(3_600_000);
    expect(await rig.redis.exists(paceHoldKey(rig.prefix, rig.region))).toBe(1);
  });

  it("is not held when nothing waits", async () => {
    await waitOf(3_600);
    expect(await held()).toBe(0);
  });

  it.each([
    ["a second", 1, 1_000],
    ["workers take to notice when its turn would come soon", 4_000, 100],
  ])("is held no longer than %s when something waits that goes before parts", async (_title, rate, longestMs) => {
    await set({ rate });
    await rig.add(textTo("46701234567"), { priority: 5 });
    await waitOf(3_600);
    await rig.add(textTo("46701234568"));
    await reserve(1, { maxWaitMs: 0 });
    expect(await held()).toBeLessThanOrEqual(longestMs);
  });

  it("stays held where the region backs off", async () => {
    await rig.add(textTo("46701234567"));
    await holdQueue(rig.redis, rig, FAR_MS);
    await waitOf(3_600);
    await reserve(1, { maxWaitMs: 0 });
    expect(await held()).toBeGreaterThan(FAR_MS / 2);
    expect(await rig.redis.exists(paceHoldKey(rig.prefix, rig.region))).toBe(0);
  });

  it("backs off from then on where it was held for its pace, and never for a shorter time", async () => {
    await rig.add(textTo("46701234567"), { priority: 5 });
    await waitOf(3_600);
    await holdQueue(rig.redis, rig, 1);
    expect(await held()).toBeGreaterThan(3_600_000);
    expect(await rig.redis.exists(paceHoldKey(rig.prefix, rig.region))).toBe(0);
  });

  it("is held for a back-off that is shorter than BullMQ counts pick-ups", async () => {
    await rig.redis.set(rig.queue.toKey("limiter"), 3, "PX", FAR_MS);
    await holdQueue(rig.redis, rig, 30_000);
    expect(await held()).toBeGreaterThan(10_000);
  });
});

it("is another one about a second after the limits were changed, however long the queue is held for the old one", async () => {
  const jobs = [];
  for (const number of numbers(3)) jobs.push(await rig.add(textTo(number), { priority: 5 }));
  // One at a time: when the first one takes its turn, the others wait.
  await rig.startWorker({ limits: { ...DEFAULT_REGION_LIMITS, rate: 0.01, concurrency: 1 } });
  await eventually(async () => rig.emulator.batches().length === 1 && (await held()) > FAR_MS, "a long hold");
  await set({ rate: 1_000_000 });
  for (const { id } of jobs) expect(await rig.resultOf(id)).toMatchObject({ state: "accepted" });
});

describe("what was sent in the last seconds", () => {
  it("is counted, and no request goes that would pass the rate", async () => {
    await set({ rate: 100 });
    const counted = [];
    for (let sent = 0; sent < 104; sent += 1) counted.push(await pacer.count({ cost: 5, isUrgent: false }));
    // 1.015 of 500, and never a cost more.
    expect(counted.filter(Boolean)).toHaveLength(101);
    expect(counted.slice(0, 101)).not.toContain(false);
  });

  it("lets urgent requests go and counts them", async () => {
    await set({ rate: 1 });
    expect(await pacer.count({ cost: 1_000, isUrgent: true })).toBe(true);
    expect(await pacer.count({ cost: 1, isUrgent: false })).toBe(false);
  });

  it("begins anew with another rate", async () => {
    await set({ rate: 1 });
    await pacer.count({ cost: 1_000, isUrgent: true });
    await set({ rate: 2 });
    expect(await pacer.count({ cost: 1, isUrgent: false })).toBe(true);
  });
});
