import {
  contentDigest,
  isStaged,
  type KeptLedger,
  listDigest,
  readSend,
  readStagedSend,
  type SendResult,
} from "@volley/contract";
import type { Job } from "bullmq";
import { isFirstPickUp } from "./first-pick-up.ts";
import { readKeptLedger } from "./keep-ledger.ts";
import { type PlanRecord, readPlanRecord } from "./plan-record.ts";
import type { RegionContext } from "./region-context.ts";
import { settleChanged } from "./settle-changed.ts";
import { settleChangedLots } from "./settle-changed-lots.ts";
import type { HeldJob } from "./store-data.ts";

/** What was done of a job before this pick-up. */
export type Begun = {
  /** What it was split into. */
  readonly record: PlanRecord | null;
  /** How far it is with its lots. */
  readonly kept: KeptLedger | null;
};

const NOTHING: Begun = { record: null, kept: null };

/**
 * Reads what was done of a job before. A first pick-up costs nothing: there was none before, unless something says that
 * the count was set back.
 */
export async function readBegun(context: RegionContext, job: Job): Promise<Begun> {
  if (isFirstPickUp(job)) return NOTHING;
  const [record, kept] = await Promise.all([readPlanRecord(context, job), readKeptLedger(context, String(job.id))]);
  return { record, kept };
}

/**
 * What a send comes to over whose data somebody has written something else since it was begun.
 *
 * @param data - what stands in the job now
 * @returns `null` where it is the same still, or nothing was begun of it
 */
export async function settleIfChanged(
  context: RegionContext,
  held: HeldJob,
  { record, kept }: Begun,
  data: unknown,
): Promise<SendResult | null> {
  if (record === null && kept === null) return null;
  const read = isStaged(data) ? readStagedSend(data, context.now()) : readSend(data, context.now());
  if (record !== null && !(read.ok && contentDigest(read.send) === record.content)) {
    return settleChanged(context, held, record);
  }
  if (kept !== null && !(read.ok && listDigest(read.send) === kept.subject.content)) {
    return settleChangedLots(context, held, kept);
  }
  return null;
}
