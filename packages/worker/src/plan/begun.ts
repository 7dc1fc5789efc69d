import type { KeptLedger } from "@volley/contract";
import type { Job } from "bullmq";
import { isFirstPickUp } from "../job/first-pick-up.ts";
import { readKeptLedger } from "../ledger/keep-ledger.ts";
import { type PlanRecord, readPlanRecord } from "./plan-record.ts";
import type { RegionContext } from "../region/region-context.ts";

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
