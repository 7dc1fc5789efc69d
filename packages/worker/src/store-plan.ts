import { partId, type PlannedSend } from "@volley/contract";
import { leaveToOther } from "./leave-job.ts";
import type { RegionContext } from "./region-context.ts";
import type { HeldJob } from "./store-data.ts";

/**
 * Keys: the job, its lock, and its children that are not done, done, failed and ignored, failed. Arguments: the token,
 * the data, the number of parts, and what the keys of parts begin with.
 */
const STORE_PLAN = `
if redis.call("GET", KEYS[2]) ~= ARGV[1] or redis.call("EXISTS", KEYS[1]) == 0 then return -1 end
for part = 0, tonumber(ARGV[3]) - 1 do
  local key = ARGV[4] .. part
  if redis.call("SISMEMBER", KEYS[3], key) == 0 and redis.call("HEXISTS", KEYS[4], key) == 0
    and redis.call("HEXISTS", KEYS[5], key) == 0 and not redis.call("ZSCORE", KEYS[6], key) then
    return 0
  end
end
redis.call("HSET", KEYS[1], "data", ARGV[2])
return 1`;

/** The key of a part less its index. */
const FIRST_INDEX = /0$/;

/**
 * Replaces the recipients of a planned send by its plan, in one step with the look whether all of its parts are there
 * and the job is still this worker's.
 *
 * That every part was added does not say so: Redis may have crashed since, forgotten the last of them, and come back
 * between two commands of ours. The recipients would be nowhere then; the chaos suite lost a send that way. Children that
 * another client has given the send do not count.
 *
 * @returns whether all parts are there; if not, nothing was changed
 * @throws when another worker has the job
 */
export async function storePlan(
  { redis, queue }: RegionContext,
  { job, token }: HeldJob,
  plan: PlannedSend,
): Promise<boolean> {
  const id = String(job.id);
  const key = queue.toKey(id);
  const children = ["dependencies", "processed", "failed", "unsuccessful"].map((name) => `${key}:${name}`);
  const keys = [key, `${key}:lock`, ...children];
  const partKey = `${job.queueQualifiedName}:${partId(id, 0)}`.replace(FIRST_INDEX, "");
  const data = JSON.stringify(plan);
  const stored = await redis.eval(STORE_PLAN, keys.length, ...keys, token, data, plan.planned.parts, partKey);
  if (stored === -1) leaveToOther();
  if (stored !== 1) return false;
  job.data = plan;
  return true;
}
