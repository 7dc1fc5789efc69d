import type { Failure } from "../failures/outcome.ts";
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

/** So many pages are read in all: a list that is emptied while it is walked has each page read twice. */
const MAX_READS = 3 * MAX_PAGES;

/** So many further pages in a row that bring nothing new mean that the list does not move on. */
const MAX_STALE_PAGES = 10;

/** So many times the walk goes back, with nothing new in between: the list gets shorter as fast as it is read. */
const MAX_RETURNS = 100;

/**
 * Gives every entry of a list once. Lists are newest first and paged by offset: what is new pushes everything a place
 * further, so that entries are seen again on the next page (dropped here), and none is passed over. What is removed
 * pulls the others back over the boundary between two pages: the walk goes back for them (see {@link createCourse}).
 * The keys of all entries are kept until its end, so that it may go back as far as it has to.
 *
 * The end is an empty page; or one that is not full when as many entries were seen as there are. Neither is believed
 * alone: a provider may give smaller pages than it is asked for, and a count may lag behind.
 *
 * @returns entries; and the failure, as the last one, where a page could not be read
 */
export async function* walkList<T>({ readPage, keyOf, firstPage, pageSize }: ListWalk<T>): AsyncGenerator<Result<T>> {
  const seen = new Set<string>();
  const course = createCourse(firstPage, pageSize);
  let furthestPage = firstPage - 1;
  let stalePages = 0;
  let returns = 0;
  for (let reads = 0; reads < MAX_READS && course.page() < firstPage + MAX_PAGES; reads += 1) {
    const page = course.page();
    const answer = await readPage(page);
    if (answer.kind !== "ok") {
      yield answer;
      return;
    }
    const { entries, count } = answer.value;
    const isOverlapping = entries.some((entry) => seen.has(keyOf(entry)));
    if (course.follows({ entries: entries.length, count, isOverlapping })) {
      const seenBefore = seen.size;
      for (const entry of entries) {
        const key = keyOf(entry);
        if (seen.has(key)) continue;
        seen.add(key);
        yield { kind: "ok", value: entry };
      }
      // A page that is read again, after going back, brings nothing new and is no sign of anything.
      if (seen.size > seenBefore) stalePages = returns = 0;
      else if (page > furthestPage) stalePages += 1;
      furthestPage = Math.max(furthestPage, page);
      const stillThere = seen.size + firstPage * pageSize - course.fallen();
      if (isLast(entries.length, pageSize, stillThere, count)) return;
      if (stalePages >= MAX_STALE_PAGES) return yield tooLong(`${MAX_STALE_PAGES} pages without anything new`);
    } else {
      returns += 1;
      if (returns >= MAX_RETURNS) return yield tooLong("the list gets shorter whenever it is read");
    }
  }
  yield tooLong(`more than ${MAX_PAGES} pages`);
}

function tooLong(text: string): Failure {
  return { kind: "unknown", code: "list_too_long", text };
}

/** A count of 0 beside entries is none. */
function isLast(entries: number, pageSize: number, seen: number, count: number | undefined): boolean {
  if (entries === 0) return true;
  return entries < pageSize && count !== undefined && count > 0 && seen >= count;
}

/** What a page says about the list. */
type PageRead = {
  readonly entries: number;
  readonly count: number | undefined;
  /** Whether one of its entries was seen before. */
  readonly isOverlapping: boolean;
};

/** Which page comes next. */
type Course = {
  readonly page: () => number;
  /** Whether nothing is missing between what was given and this page. Moves on, or back if something may be. */
  readonly follows: (read: PageRead) => boolean;
  /** By how much the count has fallen in all. */
  readonly fallen: () => number;
};

/**
 * Leads a walk over the pages of a list that may get shorter.
 *
 * Between two reads the entries move forward by what is removed before them less what is added, and that is at most the
 * fall of the count. So the frontier, up to which everything was given, is taken back by the fall; a page that begins
 * behind it does not follow, unless it overlaps with what was given. The page with the frontier is read next, and that as
 * often as it takes. What a page that does not follow holds is not given: it comes in its turn.
 *
 * The walk does not go back before its first page: what has moved there is no more from that page on.
 */
function createCourse(firstPage: number, pageSize: number): Course {
  let page = firstPage;
  let frontier = firstPage * pageSize;
  /** The last count that could be true, and the frontier then. */
  let known: { readonly total: number; readonly frontier: number } | null = null;
  let fallen = 0;
  const emptiness = createEmptiness();

  return {
    page: () => page,
    fallen: () => fallen,
    follows: (read) => {
      // Where no count was ever believed, a 0 says no more than the others.
      const steps = known === null ? 0 : emptiness.stepsBack(read, page - firstPage);
      if (steps > 0) {
        page -= steps;
        frontier = page * pageSize;
        return false;
      }
      const start = page * pageSize;
      const total = totalOf(read, start);
      if (total !== null && known !== null && total < known.total) {
        const fall = known.total - total;
        fallen += fall;
        frontier = Math.min(frontier, known.frontier - fall);
      }
      const isNext = page === firstPage || read.isOverlapping || start <= frontier;
      if (isNext) frontier = start + pageSize;
      page = isNext ? page + 1 : Math.max(firstPage, Math.floor(frontier / pageSize));
      if (total !== null) known = { total, frontier };
      return isNext;
    },
  };
}

/** Some providers give the number on the page as the count: less than what this page proves is not believed. */
function totalOf({ entries, count }: PageRead, start: number): number | null {
  if (count === undefined || count <= 0) return null;
  return entries === 0 || count >= start + entries ? count : null;
}

/**
 * Judges a page after the last one that says that there is nothing at all. That may be so, or it is what this provider
 * says of every empty page. The page before tells, or the first one if that is empty, too: when an entry is still there
 * that was seen before, it was the latter, and no such page is doubted again.
 */
function createEmptiness(): { stepsBack: (read: PageRead, pages: number) => number } {
  let isUsual = false;
  let doubted = 0;
  return {
    stepsBack: ({ entries, count, isOverlapping }, pages) => {
      if (entries > 0) {
        isUsual ||= doubted > 0 && isOverlapping;
        doubted = 0;
        return 0;
      }
      if (count !== 0 || isUsual) return 0;
      doubted += 1;
      return doubted === 1 ? Math.min(1, pages) : pages;
    },
  };
}
