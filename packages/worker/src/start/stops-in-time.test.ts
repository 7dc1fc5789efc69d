import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "@jest/globals";
import { startRedis } from "@volley/local-redis";
import { numbers, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";

/** Longer than the locks of jobs whose requests are short: 10 s. */
const LONG_MS = 20_000;

it("ends although Redis is away, and says so where that leaves something undone", async () => {
  const redis = await startRedis({ prefer: "server" });
  const own = await startRegionRig(redis.url);
  try {
    own.queue.on("error", () => {});
    own.emulator.faults.add({ action: { kind: "latency", ms: 3_000 } });
    await own.add(textTo(...numbers(1)));
    const busy = await own.startWorker({ timeoutMs: 5_000 });
    await eventually(() => own.emulator.stats().in_flight === 1, "a request in flight");
    const idle = await own.startWorker({ timeoutMs: 5_000 });
    await redis.kill();
    const ends = Promise.allSettled([idle.close(), busy.close()]);
    expect(await Promise.race([ends, sleep(LONG_MS, "hang", { ref: false })])).toEqual([
      { status: "fulfilled", value: undefined },
      { status: "rejected", reason: new Error("eu: Redis did not answer for 10000 ms; jobs in hand: 1") },
    ]);
    await redis.restart();
    await eventually(() => busy.health().every(({ isRunning }) => !isRunning), "the end of what waited for Redis");
  } finally {
    own.redis.disconnect();
    await own.queue.close();
    await own.emulator.close();
    await redis.stop();
  }
});
