import type { Job } from "bullmq";
import { leaveToOther } from "./leave-job.ts";
import type { RegionContext } from "./region-context.ts";

/** A job, and the token by which this worker holds its lock. */
export type HeldJob = { readonly job: Job; readonly token: string };

/** Keys: the job, its lock. Arguments: the token, the data. */
const STORE_DATA = `
if redis.call("GET", KEYS[2]) ~= ARGV[1] or redis.call("EXISTS", KEYS[1]) == 0 then return 0 end
redis.call("HSET", KEYS[1], "data", ARGV[2])
return 1`;

/**
 * Replaces a job's data, in one step with the look whether this worker still holds the job.
 *
 * A worker that was frozen wakes up with what it knew then. Without this look it would write that a send is expired, or
 * that nothing of it is accepted yet, over what another worker has found out since, and people would be texted twice by
 * whoever believes it: the next worker, or a retry of the send.
 *
 * @throws when another worker has the job
 */
export async function storeData({ redis, queue }: RegionContext, { job, token }: HeldJob, data: object): Promise<void> {
  const key = queue.toKey(String(job.id));
  const stored = await redis.eval(STORE_DATA, 2, key, `${key}:lock`, token, JSON.stringify(data));
  if (stored !== 1) leaveToOther();
  job.data = data;
}
