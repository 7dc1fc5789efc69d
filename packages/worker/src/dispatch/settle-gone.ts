import type { ReadyStagedSend, SendResult } from "@volley/contract";
import { dispatchJob, type DispatchInput } from "./dispatch-job.ts";
import { nobodies } from "../ledger/ledger.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../job/store-data.ts";

/** A send or part whose staged recipients are gone. */
export type GoneSend = Omit<DispatchInput, "send" | "isGone"> & { readonly send: ReadyStagedSend };

/**
 * Settles a send or part whose recipients are not where they were staged: Redis has lost them, or they were kept too
 * briefly. Where an earlier request may have been accepted, the provider is asked, as for any other; where not, nobody
 * was texted, and the result says so, with their number.
 *
 * @throws when the job goes back to the queue, to ask again later
 */
export async function settleGone(
  context: RegionContext,
  { job, token }: HeldJob,
  { send, ...input }: GoneSend,
): Promise<SendResult> {
  const { recipients: count, duplicate = 0, rejected = 0, refused = [] } = send.staged;
  const recipients = {
    requested: count + duplicate + rejected,
    accepted: nobodies(count),
    duplicate,
    rejected,
    refused,
    skipped: [],
  };
  context.log.error({ region: context.region, jobId: job.id, recipients: count }, "staged recipients are gone");
  return dispatchJob(context, job, token, { ...input, send: { ...send, recipients }, isGone: true });
}
