import { JOB_NAME, partId, regionOfSendId } from "@volley/contract";
import { jobTrace, traceOfJob } from "@volley/tracing";
import type { Job, JobsOptions } from "bullmq";
import pLimit from "p-limit";
import type { RegionContext } from "../region/region-context.ts";
import type { Plan } from "./split-send.ts";

/**
 * Parts that are added at once. Adds that overlap are 1.5 times as fast as one `addBulk` of the same jobs, and no single
 * call keeps Redis busy for long (design measurements, B1).
 */
const ADDS_AT_ONCE = 16;

/** BullMQ's lowest priority; the parts of longer sends than this share it. */
const LOWEST_PRIORITY = 2_097_151;

/** Adds parts of a send to the queue. @param basePriority - of its first part */
export async function addParts(
  { queue }: RegionContext,
  parent: Job,
  plan: Plan,
  { missing, basePriority }: { readonly missing: readonly number[]; readonly basePriority: number },
): Promise<void> {
  const limit = pLimit(ADDS_AT_ONCE);
  // The references of parts are told apart by what the whole send brings: its people may come in another order the next
  // time. An ID of ours stands for one content.
  const content = regionOfSendId(String(parent.id)) === null ? { content_digest: plan.content } : {};
  // The one that is put in front last is taken first.
  const parts = plan.isUrgent ? missing.toReversed() : missing;
  await limit.map(parts, async (part) =>
    queue.add(
      JOB_NAME,
      { ...plan.partOf(part), ...content },
      {
        jobId: partId(String(parent.id), part),
        parent: { id: String(parent.id), queue: parent.queueQualifiedName },
        ignoreDependencyOnFailure: true,
        ...placeOf(plan, basePriority + part),
        ...jobTrace(traceOfJob(parent.opts)),
        // A part that Redis forgot together with its request is added again: it must be as old as it was, or it would look
        // fresh and be sent without asking; and its reference may be made from its time.
        timestamp: parent.timestamp,
      },
    ),
  );
}

/** Parts of an urgent send go before everything that waits; those of others wait longer the later they come in it. */
function placeOf({ isUrgent }: Plan, priority: number): Pick<JobsOptions, "lifo" | "priority"> {
  return isUrgent ? { lifo: true } : { priority: Math.min(priority, LOWEST_PRIORITY) };
}
