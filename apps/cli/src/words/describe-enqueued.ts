import type { Enqueued } from "@volley/producer";
import { describeDuplicates } from "./describe-duplicates.ts";
import { inEnglish, people } from "./in-english.ts";

/** What a person is told about a send that was enqueued just now, or before. */
export function describeEnqueued({ id, region, alreadyEnqueued, recipients, duplicates }: Enqueued, now: Date): string {
  const { valid, duplicate, rejected } = recipients;
  const whom = `${people(valid)} in ${region}`;
  if (alreadyEnqueued)
    return `${id}: ${whom} ${valid === 1 ? "was" : "were"} enqueued before, nothing is sent again (--again sends once more)`;
  // Whoever was left out counts as a duplicate, and is said in words of its own.
  const leftOut = duplicates ? Math.min(duplicates.found, duplicates.total - valid) : 0;
  const others = duplicate - leftOut;
  return [
    `${id}: ${whom} enqueued`,
    ...(others > 0 ? [`${inEnglish(others)} duplicate`] : []),
    ...(rejected > 0 ? [`${inEnglish(rejected)} rejected`] : []),
    ...(duplicates
      ? [
          `${inEnglish(duplicates.found)} ${leftOut > 0 ? "left out" : "once more"} who ${describeDuplicates(duplicates, now)}`,
        ]
      : []),
  ].join(", ");
}
