import type { Result } from "../failures/result.ts";

/** A page as the walk needs it. */
export type ListPage<T> = {
  readonly entries: readonly T[];
  /** How many there are in all, as far as the provider says so. Not trusted alone. */
  readonly count: number | undefined;
};

/** How to walk a list. */
export type ListWalk<T> = {
  readonly readPage: (page: number) => Promise<Result<ListPage<T>>>;
  /** What makes an entry the same as one that was seen on an earlier page. */
  readonly keyOf: (entry: T) => string;
  /** The page to begin with, from 0. */
  readonly firstPage: number;
  /** How many entries a full page has. */
  readonly pageSize: number;
};

/** The largest page that the provider gives. */
export const PAGE_SIZE = 100;

/** A longer list is not walked to its end: a million entries. */
const MAX_PAGES = 10_000;

/** So many pages in a row that bring nothing new mean that the list does not move on. */
const MAX_STALE_PAGES = 10;

/**
 * Gives every entry of a list once. Lists are newest first and paged by offset: what is new pushes everything a place
 * further, so that entries are seen again on the next page (dropped here), and none is passed over. What is deleted
 * pulls the others back, and an entry may be missed then.
 *
 * The end is an empty page; or one that is not full when as many entries were seen as there are. Neither is believed
 * alone: a provider may give smaller pages than it is asked for, and a count may lag behind.
 *
 * @returns entries; and the failure, as the last one, where a page could not be read
 */
export async function* walkList<T>({ readPage, keyOf, firstPage, pageSize }: ListWalk<T>): AsyncGenerator<Result<T>> {
  const seen = new Set<string>();
  let stalePages = 0;
  for (let page = firstPage; page < firstPage + MAX_PAGES; page += 1) {
    const answer = await readPage(page);
    if (answer.kind !== "ok") {
      yield answer;
      return;
    }
    const { entries, count } = answer.value;
    const seenBefore = seen.size;
    for (const entry of entries) {
      const key = keyOf(entry);
      if (seen.has(key)) continue;
      seen.add(key);
      yield { kind: "ok", value: entry };
    }
    stalePages = seen.size === seenBefore ? stalePages + 1 : 0;
    if (isLast(entries.length, pageSize, seen.size + firstPage * pageSize, count)) return;
    if (stalePages >= MAX_STALE_PAGES) {
      yield { kind: "unknown", code: "list_too_long", text: `${MAX_STALE_PAGES} pages without anything new` };
      return;
    }
  }
  yield { kind: "unknown", code: "list_too_long", text: `more than ${MAX_PAGES} pages` };
}

/** A count of 0 beside entries is none. */
function isLast(entries: number, pageSize: number, seen: number, count: number | undefined): boolean {
  if (entries === 0) return true;
  return entries < pageSize && count !== undefined && count > 0 && seen >= count;
}
