import { noRecipients, type RecipientCounts } from "@volley/contract";
import type { RegionContext } from "../region/region-context.ts";

/**
 * Tells the observer of people whose end is written down, each once: by the worker that has written it, and not by the one
 * whose request it was, which may have died before it heard of it.
 *
 * @param counts - as they stand now
 * @param before - those among them that were counted before. @default nobody
 */
export function countEnded(
  { observer, region }: Pick<RegionContext, "observer" | "region">,
  counts: RecipientCounts,
  before: RecipientCounts = noRecipients(0),
): void {
  const recipients = { ...counts };
  for (const ending of ENDINGS) recipients[ending] = Math.max(0, counts[ending] - before[ending]);
  observer.ended({ region, recipients });
}

const ENDINGS = Object.keys(noRecipients(0)) as (keyof RecipientCounts)[];
