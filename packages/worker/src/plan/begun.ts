import type { KeptLedger } from "@volley/contract";
import { isFirstPickUp } from "../job/past-of-job.ts";
import { readKeptLedger } from "../ledger/keep-ledger.ts";
import { type PlanRecord, readPlanRecord } from "./plan-record.ts";
import type { HeldJob } from "../terms/held-job.ts";
import type { RegionContext } from "../region/region-context.ts";

/** What was done of a job before this pick-up. */
export type Begun = {
  /** What it was split into. */
  readonly record: PlanRecord | null;
  /** How far it is with its lots. */
  readonly kept: KeptLedger | null;
  /** How many people its batches are to. */
  readonly taken: number;
};

const NOTHING: Begun = { record: null, kept: null, taken: 0 };

/**
 * Reads what was done of a job before. A first pick-up costs nothing: there was none before, unless something says that
 * the count was set back.
 */
export async function readBegun(context: RegionContext, held: HeldJob): Promise<Begun> {
  if (isFirstPickUp(held.job)) return NOTHING;
  const [record, kept] = await Promise.all([readPlanRecord(context, held), readKeptLedger(context, held.id)]);
  return { record, kept, taken: kept?.ledger.taken ?? 0 };
}
