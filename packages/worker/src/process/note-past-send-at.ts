import { regionOfSendId } from "@volley/contract";
import type { HeldJob } from "../terms/held-job.ts";
import type { RegionContext } from "../region/region-context.ts";

/** A `send_at` of "now" is a little past when its job is added. */
const JUST_NOW_MS = 10_000;

/**
 * Says once that the `send_at` of a job had passed when it was added: a date that is mistyped by little is no mistake of the
 * send, and texts everybody at once. Our producer has told its callers; whoever adds plain jobs reads it in the job's log.
 */
export async function notePastSendAt(
  { log, region }: Pick<RegionContext, "log" | "region">,
  { job, id, part }: HeldJob,
  { sendAt }: { readonly sendAt: Date | null },
): Promise<void> {
  if (sendAt === null || job.timestamp - sendAt.getTime() <= JUST_NOW_MS) return;
  if (job.attemptsStarted > 1 || part !== null || regionOfSendId(id) !== null) return;
  await job.log(`its send_at ${sendAt.toISOString()} has passed: it goes out at once (VOLLEY_SEND_AT_PASSED)`);
  log.warn({ region, jobId: id, code: "VOLLEY_SEND_AT_PASSED" }, "a send_at has passed");
}
