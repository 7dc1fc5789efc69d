import { contentDigest, isStaged, listDigest, readSend, readStagedSend, type SendResult } from "@volley/contract";
import type { Begun } from "../plan/begun.ts";
import type { RegionContext } from "../region/region-context.ts";
import { settleChanged } from "./settle-changed.ts";
import { settleChangedLots } from "./settle-changed-lots.ts";
import type { HeldJob } from "../terms/held-job.ts";

/**
 * What a send comes to over whose data somebody has written something else since it was begun.
 *
 * @returns `null` where it is the same still, or nothing was begun of it
 */
export async function settleIfChanged(
  context: RegionContext,
  held: HeldJob,
  { record, kept }: Begun,
): Promise<SendResult | null> {
  if (record === null && kept === null) return null;
  const { data } = held.job;
  const read = isStaged(data) ? readStagedSend(data, context.now()) : readSend(data, context.now());
  if (record !== null && !(read.ok && contentDigest(read.send) === record.content)) {
    return settleChanged(context, held, record);
  }
  if (kept !== null && !(read.ok && listDigest(read.send) === kept.subject.content)) {
    return settleChangedLots(context, held, kept);
  }
  return null;
}
