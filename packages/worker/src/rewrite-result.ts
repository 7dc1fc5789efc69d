import { readJobData, type SendResult } from "@volley/contract";
import type { Job } from "bullmq";
import type { RegionContext } from "./region-context.ts";

/**
 * Replaces the result of a send that is settled: somebody has canceled it at the provider, or has decided what nobody
 * knew. BullMQ has no call for that, so the job's field is written as BullMQ itself writes it.
 */
export async function rewriteResult({ redis, queue }: RegionContext, job: Job, result: SendResult): Promise<void> {
  const stored = readJobData(job.data);
  await redis.hset(queue.toKey(String(job.id)), "returnvalue", JSON.stringify(result));
  if (stored.kind === "settled") await job.updateData({ ...stored.data, settled: result });
}
