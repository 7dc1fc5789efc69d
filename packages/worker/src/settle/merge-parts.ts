import {
  addCounts,
  noRecipients,
  PART_FAILED,
  PART_REMOVED,
  type PlannedSend,
  type RecipientCounts,
  type SendResult,
} from "@volley/contract";
import { countEnded } from "../ledger/count-ended.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { pagesOf } from "../terms/parts-page.ts";
import { completePage, type Merged, mergePage, NO_PARTS, placed } from "./merge-results.ts";
import { readPartResults, storePartResults } from "./part-results.ts";
import { recoverParts } from "./recover-parts.ts";
import { settleRemoved } from "./settle-removed.ts";

/** What is said of parts whose recipients nothing but the stage knows. */
const JOB_GONE: ReadonlySet<string> = new Set([PART_FAILED, PART_REMOVED]);

/**
 * Merges what the parts of a send came to, page by page; whatever has left no result gets one.
 *
 * @returns also whether every part has told whom it has not reached
 */
export async function mergeParts(
  context: RegionContext,
  held: HeldJob,
  planned: PlannedSend["planned"],
): Promise<{ merged: Merged; isComplete: boolean }> {
  let merged = NO_PARTS;
  let isComplete = true;
  for (const page of pagesOf(planned.parts)) {
    const read = await readPartResults(context, held.id, page);
    const removed = await settleRemoved(context, held, planned, { ...read, page });
    const known = { ...read, ended: new Map([...read.ended, ...removed]) };
    const recovered = await recoverParts(context, held.id, page, known);
    const ended = new Map([...known.ended, ...recovered.results]);
    const results = completePage(context.region, planned, page, { ...read, ended });
    const made = [...results].filter(([part, result]) => result !== known.ended.get(part));
    await storePartResults(context, held, new Map(made));
    countEnded(context, sumOf([...results].filter(([part]) => !read.ended.has(part))), recovered.counted);
    isComplete &&= [...results.values()].every(({ errors }) => errors.every(({ code }) => !JOB_GONE.has(code)));
    merged = mergePage(
      merged,
      [...results].map(([part, result]) => placed(result, part, planned)),
    );
  }
  return { merged, isComplete };
}

function sumOf(results: readonly (readonly [number, SendResult])[]): RecipientCounts {
  return results.reduce((sum, [, { recipients }]) => addCounts(sum, recipients), noRecipients(0));
}
