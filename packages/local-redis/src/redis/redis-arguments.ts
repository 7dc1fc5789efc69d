import type { RedisSettings } from "./local-redis.ts";

/** A node alone does not know its own, and clients want to. */
const ADDRESS = ["--cluster-announce-ip", "127.0.0.1"];

const BUS_DISTANCE = 10_000;
const HIGHEST_PORT = 65_535;

/**
 * Command line of a Redis for queues. `noeviction` because BullMQ loses jobs under any other policy
 * (docs.bullmq.io, "Going to production"); no RDB snapshots, so that only `persistence` decides what a restart keeps.
 */
export function redisArguments(settings: RedisSettings): string[] {
  const { persistence: kept = false } = settings;
  const fsync = kept === "always" ? "always" : "everysec";
  const persistence = kept === false ? [] : ["--appendonly", "yes", "--appendfsync", fsync];
  const cluster = settings.cluster === true ? ["--cluster-enabled", "yes", ...ADDRESS, ...busPort(settings)] : [];
  return ["--save", "", "--maxmemory-policy", "noeviction", ...persistence, ...cluster];
}

/** Nodes talk to each other 10,000 ports above their own, which there may not be. */
function busPort({ port = 0 }: RedisSettings): string[] {
  return port + BUS_DISTANCE > HIGHEST_PORT ? ["--cluster-port", String(port - BUS_DISTANCE)] : [];
}
