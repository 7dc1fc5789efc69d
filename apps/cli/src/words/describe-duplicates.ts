import type { DuplicatesFound } from "@volley/producer";
import { howLong } from "./how-long.ts";
import { inEnglish } from "./in-english.ts";

/** What a person is asked when somebody of a list got the same text a while ago. */
export function askAboutDuplicates(duplicates: DuplicatesFound, now: Date): string {
  const { found, total } = duplicates;
  const rest = total - found;
  const whom = rest > 0 ? `${inEnglish(found)} of these ${inEnglish(total)}` : `all of these ${inEnglish(total)}`;
  const others = rest === 1 ? "the other one" : `the other ${inEnglish(rest)}`;
  const answers = rest > 0 ? `--again sends to all, --only-new to ${others}` : "--again sends to all of them once more";
  return `${whom} ${describeDuplicates(duplicates, now)}: ${answers} (VOLLEY_DUPLICATES)`;
}

/** What a person is told before that: `2 of 9 got this text an hour ago: volley send asks first`. */
export function askedFirst(duplicates: DuplicatesFound, now: Date): string {
  const whom = `${inEnglish(duplicates.found)} of ${inEnglish(duplicates.total)}`;
  return `${whom} ${describeDuplicates(duplicates, now)}: volley send asks first (VOLLEY_DUPLICATES)`;
}

/** What is true of those who were found: `got this text an hour ago`. */
export function describeDuplicates({ found, accepted, since, latest }: DuplicatesFound, now: Date): string {
  const [first, last] = [since, latest].map((time) => now.getTime() - Date.parse(time));
  const was = found === 1 ? "was" : "were";
  if (last !== undefined && last < 0) return `${was} enqueued for this text, due in ${howLong(-last)}`;
  const [longest, shortest] = [howLong(first ?? 0), howLong(last ?? 0)];
  const when = longest === shortest ? `${longest} ago` : `between ${longest} and ${shortest} ago`;
  if (accepted === found) return `got this text ${when}`;
  return accepted === 0 ? `${was} enqueued for this text ${when}` : `got this text or ${was} enqueued for it ${when}`;
}

/** Those of several sends together; `null` for nobody. */
export function duplicatesTogether(each: readonly (DuplicatesFound | null)[]): DuplicatesFound | null {
  const found = each.filter((one) => one !== null);
  const sum = (count: "found" | "total" | "accepted"): number => found.reduce((all, one) => all + one[count], 0);
  const times = found.flatMap(({ since, latest }) => [since, latest]).toSorted();
  const [since, latest] = [times[0], times.at(-1)];
  if (since === undefined || latest === undefined) return null;
  return { found: sum("found"), total: sum("total"), accepted: sum("accepted"), since, latest };
}
