import type { LocalRedis } from "../packages/local-redis/src/index.ts";

/** Stops the Redis that the setup started; one that was given by its URL runs on. */
async function globalTeardown(): Promise<void> {
  const { volleyTestRedis } = globalThis as { volleyTestRedis?: LocalRedis };
  await volleyTestRedis?.stop();
}

export { globalTeardown as default };
