import type { Redis } from "ioredis";

/** Lets Redis have forgotten its last writes, with nobody left who could say which. */
export async function redisForgets(redis: Redis, prefix: string): Promise<void> {
  const [seconds, micros] = await redis.time();
  const epoch = await redis.hincrby(`${prefix}:redis`, "epoch", 1);
  await redis.hset(`${prefix}:redis`, {
    forgotten_before: Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000),
    forgotten_epoch: epoch,
  });
}
