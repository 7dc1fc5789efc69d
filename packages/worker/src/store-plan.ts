import type { PlannedSend } from "@volley/contract";
import type { Job } from "bullmq";
import type { RegionContext } from "./region-context.ts";

/** Keys: the job, and its children that are not done, done, failed and ignored, failed. Arguments: data, parts. */
const STORE_PLAN = `
local parts = redis.call("SCARD", KEYS[2]) + redis.call("HLEN", KEYS[3]) + redis.call("HLEN", KEYS[4]) + redis.call("ZCARD", KEYS[5])
if parts < tonumber(ARGV[2]) or redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
redis.call("HSET", KEYS[1], "data", ARGV[1])
return 1`;

/**
 * Replaces the recipients of a planned send by its plan, in one step with the look whether all of its parts are there.
 *
 * That every part was added does not say so: Redis may have crashed since, forgotten the last of them, and come back
 * between two commands of ours. The recipients would be nowhere then; the chaos suite lost a send that way.
 *
 * @returns whether all parts are there; if not, nothing was changed
 */
export async function storePlan({ redis, queue }: RegionContext, job: Job, plan: PlannedSend): Promise<boolean> {
  const key = queue.toKey(String(job.id));
  const children = ["dependencies", "processed", "failed", "unsuccessful"].map((name) => `${key}:${name}`);
  const keys = [key, ...children];
  const stored = await redis.eval(STORE_PLAN, keys.length, ...keys, JSON.stringify(plan), plan.planned.parts);
  if (stored !== 1) return false;
  job.data = plan;
  return true;
}
