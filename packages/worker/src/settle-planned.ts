import { type PlannedSend, sendResultSchema, type SendResult } from "@volley/contract";
import { type Job, WaitingChildrenError } from "bullmq";
import { mergeResults } from "./merge-results.ts";
import { partIndexOfKey } from "./own-part.ts";
import { inWords, recordResult } from "./record-result.ts";
import type { RegionContext } from "./region-context.ts";

/**
 * Settles a send whose parts are on the queue: waits while one of them is not done, else merges what they came to.
 *
 * @throws `WaitingChildrenError` while parts are not done; BullMQ brings the job back when the last one is
 */
export async function settlePlanned(
  context: RegionContext,
  job: Job,
  token: string,
  { message, planned }: PlannedSend,
): Promise<SendResult> {
  if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
  const [values, failures] = await Promise.all([job.getChildrenValues(), job.getIgnoredChildrenFailures()]);
  const result = mergeResults(context.region, planned, {
    ended: new Map(
      Object.entries(values).flatMap(([key, value]) => {
        const part = partIndexOfKey(job, key);
        const parsed = sendResultSchema.safeParse(value);
        return part !== null && parsed.success ? [[part, parsed.data] as const] : [];
      }),
    ),
    failed: new Map(
      Object.entries(failures).flatMap(([key, reason]) => {
        const part = partIndexOfKey(job, key);
        return part === null ? [] : [[part, reason] as const];
      }),
    ),
  });
  const line = `settled: ${inWords(result)} in ${planned.parts} parts`;
  return recordResult(context, { job, token }, result, { message, line });
}
