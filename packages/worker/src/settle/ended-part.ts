import type { SendResult } from "@volley/contract";
import type { Job } from "bullmq";
import { isPart, sendIdOf } from "../terms/own-part.ts";
import { childrenKeys } from "../region/part-keys.ts";
import { readResult } from "./part-results.ts";
import type { RegionContext } from "../region/region-context.ts";

/**
 * What a part came to, where it has ended before. Its job may no longer be kept, and a planner that was frozen with its hand
 * on it, and wakes up only now, puts it on the queue a second time, as fresh as any. Its send knows its result for as long
 * as it is kept itself, and takes no part afterwards.
 *
 * @returns `null` for a part that has not ended, and for a job that is no part
 */
export async function endedPart(context: RegionContext, job: Job): Promise<SendResult | null> {
  if (!isPart(job)) return null;
  const { processed } = childrenKeys(context, sendIdOf(job));
  return readResult(await context.redis.hget(processed, context.queue.toKey(String(job.id))));
}
