import { isGroup } from "@volley/contract";
import type { Chunk } from "./chunks.ts";
import { detached } from "./detached.ts";
import type { FilterPool } from "./filter-pool.ts";
import { createNumberSet } from "./number-set.ts";
import { type SeenFilter, SEPARATOR } from "./seen-filter.ts";

/** What is known about a recipient that comes: the first two are the filter's own answers. */
export const PERHAPS_SEEN = 0;
export const NEW = 1;
export const SEEN = 2;

/** Tells recipients that come for the first time from those that came before, in bounded memory. */
export type SeenRecipients = {
  /** @param verdicts - receives {@link NEW}, {@link SEEN} or {@link PERHAPS_SEEN} for each */
  readonly look: (chunk: Pick<Chunk, "recipients" | "packed">, verdicts: Uint8Array) => void;
  /** Ends it; nothing is asked any more. */
  readonly end: () => void;
};

/** How much there is to remember. */
export type SeenSizes = {
  /** Recipients that are remembered one by one. @default 10000: a small list should not pay for a filter */
  readonly exact?: number;
  /** How many the list has; `null` where nobody knows. */
  readonly size: number | null;
};

/** How many are moved into the filter at once. */
const MOVED_AT_ONCE = 1_000;

/**
 * Creates a memory of recipients. It is exact for the first ones, numbers being kept as numbers: 15 digits are less than
 * 2^53. Afterwards a filter goes on in a fixed amount of memory; whoever it takes for seen is `PERHAPS_SEEN`.
 *
 * @param filters - where the filter is had from, once one is needed
 */
export function createSeenRecipients(filters: FilterPool, { exact = 10_000, size }: SeenSizes): SeenRecipients {
  let numbers = createNumberSet();
  let groups = new Set<string>();
  let filter: SeenFilter | null = null;
  const isNew = (recipient: string): boolean => {
    if (!isGroup(recipient)) return numbers.add(Number(recipient));
    if (groups.has(recipient)) return false;
    groups.add(detached(recipient));
    return true;
  };
  return {
    look: ({ recipients, packed }, verdicts) => {
      if (filter) {
        filter.add(packed, verdicts);
        return;
      }
      for (const [index, recipient] of recipients.entries()) verdicts[index] = isNew(recipient) ? NEW : SEEN;
      if (numbers.size() + groups.size < exact) return;
      filter = filters.take(size);
      moveInto(filter, [numbers.values(), groups]);
      numbers = createNumberSet();
      groups = new Set();
    },
    end: () => {
      if (filter) filters.giveBack(filter);
      filter = null;
    },
  };
}

function moveInto(filter: SeenFilter, sources: readonly Iterable<number | string>[]): void {
  const verdicts = new Uint8Array(MOVED_AT_ONCE);
  let page: string[] = [];
  for (const source of sources) {
    for (const entry of source) {
      page.push(String(entry));
      if (page.length < MOVED_AT_ONCE) continue;
      filter.add(page.join(SEPARATOR), verdicts);
      page = [];
    }
  }
  if (page.length > 0) filter.add(page.join(SEPARATOR), verdicts);
}
