/**
 * Parts that are planned in one step. A script that looks for so many children takes Redis about 1 ms: nobody else waits
 * longer than that, whatever the send has.
 */
const PARTS_PER_PAGE = 500;

/**
 * Parts whose results are read in one call. A part of a region with a slow pace has a batch for each of its recipients,
 * 120 kB of them: so many take Redis 3 ms, and 500 of them 45 ms (measured).
 */
const RESULTS_PER_PAGE = 100;

/** Some of a send's parts, by index. */
export type PartsPage = { readonly first: number; readonly last: number };

/** How many pages a number of parts makes. */
export function pageCount(parts: number): number {
  return Math.ceil(parts / PARTS_PER_PAGE);
}

/** The parts of a page, from 0. */
export function pageOf(parts: number, page: number): PartsPage {
  return sliceOf(parts, page, PARTS_PER_PAGE);
}

/** All of a send's parts, in pages whose results are read together. */
export function pagesOf(parts: number): PartsPage[] {
  const pages = Math.ceil(parts / RESULTS_PER_PAGE);
  return Array.from({ length: pages }, (_, page) => sliceOf(parts, page, RESULTS_PER_PAGE));
}

/** The indexes of a page. */
export function partsIn({ first, last }: PartsPage): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
}

function sliceOf(parts: number, page: number, size: number): PartsPage {
  const first = page * size;
  return { first, last: Math.min(parts, first + size) - 1 };
}
