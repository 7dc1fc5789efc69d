import type { Verdict } from "@volley/runtime";
import type { RegionHealth } from "@volley/worker";

/**
 * Whether the process should live: not when work waits in a region and the worker has stopped pulling it. A region that
 * is suspended or backing off is not a reason, a new process could do nothing about it.
 *
 * @param health - of every region; `null` while the worker is not started
 * @param stuckAfterMs - how long it may go on, in milliseconds
 */
export function judgeLiveness(health: readonly RegionHealth[] | null, stuckAfterMs: number, now: Date): Verdict {
  const stuck = (health ?? []).filter(
    ({ stuckSince }) => stuckSince !== null && now.getTime() - stuckSince.getTime() >= stuckAfterMs,
  );
  if (stuck.length === 0) return { ok: true };
  return { ok: false, reason: `work waits and is not pulled: ${stuck.map(({ region }) => region).join(", ")}` };
}

/** Whether the process works on every region: not on one that it leaves to others. */
export function judgeReadiness(health: readonly RegionHealth[] | null): Verdict {
  if (health === null) return { ok: false, reason: "not started" };
  const aside = health.flatMap(({ region, stopped }) => (stopped ? [`${region} (${stopped.said})`] : []));
  if (aside.length > 0) return { ok: false, reason: `picks up nothing: ${aside.join(", ")}` };
  const idle = health.filter(({ isRunning }) => !isRunning).map(({ region }) => region);
  if (idle.length > 0) return { ok: false, reason: `not running: ${idle.join(", ")}` };
  const suspended = health.filter(({ isSuspended }) => isSuspended).map(({ region }) => region);
  return { ok: true, ...(suspended.length > 0 && { details: { suspended } }) };
}
