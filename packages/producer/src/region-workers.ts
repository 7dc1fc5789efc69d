import { processesKey, refusedProcessesKey } from "@volley/contract";
import type { QueueAccess } from "./queue-access.ts";

/** The worker processes of a region. */
export type RegionWorkers = {
  readonly running: number;
  /** Those of them whose set-up the provider refuses. While others are not refused they pick up nothing. */
  readonly refused: number;
};

/** Whoever says nothing more is forgotten at a time, by Redis' clock. */
const COUNT = `
local time = redis.call("TIME")
local now = "(" .. string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000))
return { redis.call("ZCOUNT", KEYS[1], now, "+inf"), redis.call("ZCOUNT", KEYS[2], now, "+inf") }`;

/** Counts the workers of a region. */
export async function readRegionWorkers({ link, prefix }: QueueAccess, region: string): Promise<RegionWorkers> {
  const keys = [processesKey(prefix, region), refusedProcessesKey(prefix, region)];
  const answer: unknown = await link.connection.eval(COUNT, keys.length, ...keys);
  const [running = 0, refused = 0] = Array.isArray(answer) ? answer.map(Number) : [];
  return { running, refused };
}
