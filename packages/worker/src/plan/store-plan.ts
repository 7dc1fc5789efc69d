import type { PlannedSend } from "@volley/contract";
import { runHeld } from "../job/run-held.ts";
import { pageCount } from "../terms/parts-page.ts";
import { MARKER } from "./plan-marker.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** Keys: the job, its lock. Arguments: the token, the data, the number of pages. */
const STORE_PLAN = `
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
export async function storePlan(context: RegionContext, held: HeldJob, plan: PlannedSend): Promise<boolean> {
  const values = [JSON.stringify(plan), pageCount(plan.planned.parts)];
  if ((await runHeld(context, held, STORE_PLAN, { values })) !== 1) return false;
  held.job.data = plan;
  return true;
}
