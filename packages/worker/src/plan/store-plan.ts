import type { PlannedSend } from "@volley/contract";
import { leaveToOther } from "../job/leave-job.ts";
import { pageCount } from "../terms/parts-page.ts";
import { MARKER } from "./plan-marker.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../job/store-data.ts";

/** Keys: the job, its lock. Arguments: the token, the data, the number of pages. */
const STORE_PLAN = `
if redis.call("GET", KEYS[2]) ~= ARGV[1] or redis.call("EXISTS", KEYS[1]) == 0 then return -1 end
if redis.call("HGET", KEYS[1], "${MARKER}") ~= ARGV[3] then return 0 end
redis.call("HSET", KEYS[1], "data", ARGV[2])
redis.call("HDEL", KEYS[1], "${MARKER}")
return 1`;

/**
 * Replaces the recipients of a planned send by its plan, in one step with the look whether the marker says that all of its
 * parts are there and the job is still this worker's.
 *
 * That every part was added does not say so: Redis may have crashed since, forgotten the last of them, and come back
 * between two commands of ours. The recipients would be nowhere then; the chaos suite lost a send that way.
 *
 * @returns whether all parts are there; if not, nothing was changed
 * @throws when another worker has the job
 */
export async function storePlan(
  { redis, queue }: RegionContext,
  { job, token }: HeldJob,
  plan: PlannedSend,
): Promise<boolean> {
  const key = queue.toKey(String(job.id));
  const values = [token, JSON.stringify(plan), pageCount(plan.planned.parts)];
  const stored = await redis.eval(STORE_PLAN, 2, key, `${key}:lock`, ...values);
  if (stored === -1) leaveToOther();
  if (stored !== 1) return false;
  job.data = plan;
  return true;
}
