import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { startRedis } from "@volley/local-redis";
import type { Command, Redis } from "ioredis";
import { eventually } from "../../../../test/stage/eventually.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

it("keeps a region's limit over all its workers", async () => {
  rig.emulator.faults.add({ times: null, action: { kind: "latency", ms: 30 } });
  const jobs = await Promise.all(numbers(20).map(async (number) => rig.add(textTo(number))));
  await Promise.all([rig.startWorker({ concurrency: 3 }), rig.startWorker({ concurrency: 3 })]);
  await Promise.all(jobs.map(async (job) => rig.resultOf(job.id)));
  expect(rig.emulator.stats().max_in_flight).toBeLessThanOrEqual(3);
  expect(rig.emulator.stats().batches).toBe(20);
});

it("reconciles the region's limit in Redis when it starts", async () => {
  await rig.queue.setGlobalConcurrency(99);
  await rig.startWorker({ concurrency: 4 });
  expect(await rig.queue.getGlobalConcurrency()).toBe(4);
});

it("stores the result of every request in flight before it is closed", async () => {
  rig.emulator.faults.add({ action: { kind: "latency", ms: 200 } });
  const [first, second] = numbers(2);
  const job = await rig.add(textTo(first ?? ""));
  const worker = await rig.startWorker({ concurrency: 1 });
  await eventually(() => rig.emulator.stats().in_flight === 1, "a request in flight");
  const waiting = await rig.add(textTo(second ?? ""));
  await worker.close();
  expect(await job.getState()).toBe("completed");
  expect(await waiting.getState()).toBe("waiting");
  expect(rig.emulator.stats().batches).toBe(1);
});

it("tells how its regions are", async () => {
  const worker = await rig.startWorker();
  expect(worker.health()).toEqual([
    { region: "eu", isRunning: true, isSuspended: false, stopped: null, stuckSince: null },
  ]);
  const job = await rig.add(textTo("46701234567"));
  await rig.resultOf(job.id);
  await worker.close();
  expect(worker.health()).toMatchObject([{ isRunning: false }]);
});

it("asks before it sends what waits in a Redis that was restarted", async () => {
  const redis = await startRedis({ prefer: "server", persistence: true });
  const own = await startRegionRig(redis.url);
  try {
    const job = await own.add(textTo("46701234567"));
    await redis.restart();
    await own.startWorker();
    expect((await own.resultOf(job.id)).state).toBe("accepted");
    expect(own.emulator.requests()[0]?.method).toBe("GET");
    expect(own.emulator.timesTexted("46701234567")).toBe(1);
  } finally {
    await own.close();
    await redis.stop();
  }
});

it("asks Redis one thing at a time while it is away, however long that takes", async () => {
  const redis = await startRedis({ prefer: "server" });
  const own = await startRegionRig(redis.url);
  const waiting: string[] = [];
  const send = own.redis.sendCommand.bind(own.redis);
  const sendCommand = (...input: [Command]): unknown => {
    if (isAway.has(own.redis.status)) waiting.push(input[0].name);
    return send(...input);
  };
  try {
    Object.assign(own.redis, { sendCommand });
    own.redis.options.retryStrategy = () => 100;
    own.queue.on("error", () => {});
    await own.startWorker({ settings: { lookIntervalMs: 10 } });
    const lost = closeOf(own.redis);
    await redis.kill();
    await lost;
    // A tenth of a second each: ten looks at the queue would be due, and the parts and the limits are looked at every second.
    for (let tries = 0; tries < 25; tries += 1) {
      await closeOf(own.redis);
    }
    const asked = [...waiting];
    await redis.restart();
    // Four of the look at the queue, three of the parts', one of the limits', and BullMQ's own.
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(15);
  } finally {
    await own.close();
    await redis.stop();
  }
});

/** What a connection is while Redis is away. */
const isAway: ReadonlySet<string> = new Set(["close", "reconnecting", "connecting", "end"]);

/** The next end of a connection. */
async function closeOf(connection: Redis): Promise<void> {
  await new Promise<void>((resolve) => connection.once("close", () => resolve()));
}
