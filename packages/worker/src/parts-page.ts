/**
 * Parts that one call to Redis is about. A script that looks for so many children takes about 1 ms there, and so many
 * results about as much: nobody else waits longer than that, whatever the send has.
 */
const PARTS_PER_PAGE = 500;

/** Some of a send's parts, by index. */
export type PartsPage = { readonly first: number; readonly last: number };

/** How many pages a number of parts makes. */
export function pageCount(parts: number): number {
  return Math.ceil(parts / PARTS_PER_PAGE);
}

/** The parts of a page, from 0. */
export function pageOf(parts: number, page: number): PartsPage {
  const first = page * PARTS_PER_PAGE;
  return { first, last: Math.min(parts, first + PARTS_PER_PAGE) - 1 };
}

/** All of a send's parts in pages. */
export function pagesOf(parts: number): PartsPage[] {
  return Array.from({ length: pageCount(parts) }, (_, page) => pageOf(parts, page));
}

/** The indexes of a page. */
export function partsIn({ first, last }: PartsPage): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
}
