import {
  addCounts,
  noRecipients,
  PART_FAILED,
  partId,
  readJobData,
  type RecipientCounts,
  type SendResult,
} from "@volley/contract";
import { readKeptLedger } from "../ledger/keep-ledger.ts";
import { PART_GONE } from "./merge-results.ts";
import type { PartResults } from "./part-results.ts";
import { type PartsPage, partsIn } from "../terms/parts-page.ts";
import type { RegionContext } from "../region/region-context.ts";
import { countsOfLedger, resultOfKept } from "../ledger/result-of-ledger.ts";

/**
 * What is known of the parts of a page that have no result among their send's children: their jobs failed. One that had
 * written its result down, and was not completed any more, came to that. Of one that went out in lots the ledger says whom
 * the provider has and whom it rejected: nobody knows about the others alone.
 *
 * @returns by part, none for those of which nothing is known; and how many of their people were counted before
 */
export async function recoverParts(
  context: RegionContext,
  id: string,
  page: PartsPage,
  { ended, failed }: PartResults,
): Promise<{ readonly results: ReadonlyMap<number, SendResult>; readonly counted: RecipientCounts }> {
  const results = new Map<number, SendResult>();
  let counted = noRecipients(0);
  for (const part of partsIn(page).filter((each) => !ended.has(each))) {
    const recovered = await recoverPart(context, id, part, failed.get(part));
    if (recovered === null) continue;
    results.set(part, recovered.result);
    counted = addCounts(counted, recovered.counted);
  }
  return { results, counted };
}

async function recoverPart(
  context: RegionContext,
  id: string,
  part: number,
  text = PART_GONE,
): Promise<{ readonly result: SendResult; readonly counted: RecipientCounts } | null> {
  const own = partId(id, part);
  const data = await context.redis.hget(context.queue.toKey(own), "data");
  if (data === null) return null;
  const stored = readJobData(JSON.parse(data));
  if (stored.kind === "settled") return { result: stored.data.settled, counted: stored.data.settled.recipients };
  const kept = await readKeptLedger(context, own);
  if (kept === null) return null;
  const result = resultOfKept(context.region, part, kept, { kind: "unknown", code: PART_FAILED, text });
  return { result, counted: countsOfLedger(kept.ledger) };
}
