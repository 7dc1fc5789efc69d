import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";

/** The Redis of the test run. */
export function testRedisUrl(): string {
  const url = process.env["VOLLEY_TEST_REDIS_URL"];
  if (url === undefined) throw new Error("VOLLEY_TEST_REDIS_URL is not set: is test/global-setup.ts in use?");
  return url;
}

/** A prefix that no other test has. */
export function ownPrefix(): string {
  return `{volley-test-${randomBytes(6).toString("hex")}}`;
}

/** Removes everything with a prefix from a Redis, by default that of the test run. */
export async function dropPrefix(prefix: string, redisUrl = testRedisUrl()): Promise<void> {
  const redis = new Redis(redisUrl);
  for await (const keys of redis.scanStream({ match: `${prefix}:*`, count: 1_000 })) {
    if (Array.isArray(keys) && keys.length > 0) await redis.unlink(...keys.map(String));
  }
  await redis.quit();
}
