import { jsonAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { Paging } from "./read-paging.ts";

/**
 * One page of a list.
 *
 * As at Sinch, `count` is the number of all matches and `page_size` the number on this page: 0 after the last one.
 *
 * @param name - the field that holds the entries
 * @param matches - all of them, newest first
 */
export function pageAnswer<Entry>(
  name: string,
  matches: readonly Entry[],
  { page, pageSize }: Paging,
  show: (entry: Entry) => unknown,
): Answer {
  const entries = matches.slice(page * pageSize, (page + 1) * pageSize).map((entry) => show(entry));
  return jsonAnswer(200, { count: matches.length, page, page_size: entries.length, [name]: entries });
}
