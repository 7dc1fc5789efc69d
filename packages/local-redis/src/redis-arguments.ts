import type { RedisSettings } from "./local-redis.ts";

/**
 * Command line of a Redis for queues. `noeviction` because BullMQ loses jobs under any other policy
 * (docs.bullmq.io, "Going to production"); no RDB snapshots, so that only `persistence` decides what a restart keeps.
 */
export function redisArguments(settings: RedisSettings): string[] {
  const persistence = settings.persistence === true ? ["--appendonly", "yes", "--appendfsync", "everysec"] : [];
  return ["--save", "", "--maxmemory-policy", "noeviction", ...persistence];
}
