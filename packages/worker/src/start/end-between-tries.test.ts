import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "@jest/globals";
import { startRedis } from "@volley/local-redis";
import { startRegionRig } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";

it("is closed once Redis is back, where its connections were between two tries to come back", async () => {
  const redis = await startRedis({ prefer: "server" });
  const own = await startRegionRig(redis.url);
  try {
    own.redis.options.retryStrategy = () => 500;
    own.queue.on("error", () => {});
    const worker = await own.startWorker();
    await redis.kill();
    await eventually(() => own.redis.status === "reconnecting", "a lost connection");
    // The other one of the worker is lost in the same moment.
    await sleep(100);
    const closing = worker.close().then(() => "closed");
    await redis.restart();
    expect(await Promise.race([closing, sleep(10_000, "hangs", { ref: false })])).toBe("closed");
    await own.close();
  } finally {
    own.redis.disconnect();
    await redis.stop();
  }
});
