import {
  noticeSinceKey,
  pausedSinceKey,
  processesKey,
  refusedProcessesKey,
  regionNoticeKey,
  regionSuspensionKey,
} from "@volley/contract";
import type { QueueAccess } from "../redis/queue-access.ts";

/** Whether a region sends, and why not. */
export type RegionHealth = {
  /**
   * `open`; `paused` by somebody; `unattended` while no worker of it is running; `suspended` while the provider refuses its
   * set-up; `held` while it backs off from a provider in trouble.
   */
  readonly state: "open" | "paused" | "unattended" | "suspended" | "held";
  /** In words; `null` while it is open. */
  readonly reason: string | null;
  /** ISO-8601; `null` while it is open, and where nobody has written it down. */
  readonly since: string | null;
  /** When a worker asks the provider again, at the latest; `null` while it is open or paused. */
  readonly nextProbe: string | null;
};

/** The worker processes of a region. */
export type RegionWorkers = {
  readonly running: number;
  /** Those of them whose set-up the provider refuses. While others are not refused they pick up nothing. */
  readonly refused: number;
};

/** How a region is, and who works on it. */
export type AttendedHealth = { readonly health: RegionHealth; readonly workers: RegionWorkers };

const OPEN: RegionHealth = { state: "open", reason: null, since: null, nextProbe: null };

/**
 * Keys: the queue's meta, BullMQ's key of a hold, then since when it is paused, the suspension and since when, the back-off
 * and since when, the workers, and those that are refused, with the time at which each is forgotten, by Redis' clock.
 */
const READ = `
local time = redis.call("TIME")
local now = "(" .. string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000))
return {
  redis.call("ZCOUNT", KEYS[8], now, "+inf"), redis.call("ZCOUNT", KEYS[9], now, "+inf"),
  redis.call("HEXISTS", KEYS[1], "paused"), redis.call("PTTL", KEYS[2]), redis.call("GET", KEYS[3]),
  redis.call("GET", KEYS[4]), redis.call("GET", KEYS[5]), redis.call("GET", KEYS[6]), redis.call("GET", KEYS[7]),
}`;

/** Reads whether a region sends, and counts its workers. */
export async function readRegionHealth(
  { link, prefix, keyOf }: QueueAccess,
  region: string,
  now: Date,
): Promise<AttendedHealth> {
  const [suspension, backOff] = [regionSuspensionKey(prefix, region), regionNoticeKey(prefix, region)];
  const notices = [suspension, backOff].flatMap((key) => [key, noticeSinceKey(key)]);
  const processes = [processesKey(prefix, region), refusedProcessesKey(prefix, region)];
  const keys = [
    keyOf(region, "meta"),
    keyOf(region, "limiter"),
    pausedSinceKey(prefix, region),
    ...notices,
    ...processes,
  ];
  const answer: unknown = await link.connection.eval(READ, keys.length, ...keys);
  const [running, refused, ...said] = Array.isArray(answer) ? (answer as unknown[]) : [];
  const workers = { running: Number(running ?? 0), refused: Number(refused ?? 0) };
  return { health: healthOf(said, workers, now), workers };
}

/** What stands in the way for longest is said: a pause, then that nobody is there, then a suspension. */
function healthOf(
  [isPaused, holdMs, pausedSince, ...said]: unknown[],
  { running }: RegionWorkers,
  now: Date,
): RegionHealth {
  const [suspended, suspendedSince, held, heldSince] = said.map(textOrNull);
  if (isPaused === 1)
    return { ...OPEN, state: "paused", reason: "somebody has paused it", since: textOrNull(pausedSince) };
  if (running === 0) return { ...OPEN, state: "unattended", reason: "no worker of it is running" };
  const nextProbe = typeof holdMs === "number" && holdMs > 0 ? new Date(now.getTime() + holdMs).toISOString() : null;
  const wait = (notice: string, since: string | null = null): Omit<RegionHealth, "state"> => {
    return { reason: notice.replace(/^[a-z ]+: /, ""), since, nextProbe };
  };
  if (suspended) return { state: "suspended", ...wait(suspended, suspendedSince) };
  return held ? { state: "held", ...wait(held, heldSince) } : OPEN;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
