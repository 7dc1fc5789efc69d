import { createSeenFilter, type SeenFilter } from "./seen-filter.ts";

/** The filters of all lists that a producer reads at once. */
export type FilterPool = {
  /**
   * An empty filter that no other list has.
   *
   * @param recipients - how many the list has; `null` where nobody knows
   */
  readonly take: (recipients: number | null) => SeenFilter;
  readonly giveBack: (filter: SeenFilter) => void;
};

const MIB = 1_024 * 1_024;

/**
 * Of a million recipients none is wrongly taken for one that was there, of 5 million about 20, of 10 million 400, of 20
 * million 18,000, of 30 million 150,000 (measured).
 */
const LARGEST_BYTES = 32 * MIB;

/** For 65,000 recipients; a list that pays for a filter has remembered its first ones at the price of four of these. */
const SMALLEST_BYTES = MIB / 4;

/** What all filters together may take, but for the smallest ones. */
const MOST_BYTES = 128 * MIB;

/** With so much for each recipient, one in millions is wrongly taken for one that was there. */
const BYTES_PER_RECIPIENT = 4;

/** How long an unused filter is kept, in milliseconds. */
const KEEP_MS = 10_000;

/**
 * Creates the pool. A list whose length is known gets a filter that fits it. Any other gets the largest there is, but never
 * more than half of what is left of 128 MiB: so 32, 32, 32, 16, 8, 4, … for those that come at once, and the smallest one
 * for each after them. No list waits for a filter: one source may feed two lists, and would wait for both. A filter that
 * is too small costs time and never a recipient, since whoever is perhaps there is looked for in the stage.
 *
 * The largest one is kept for the next list. 32 MiB that a process has never touched cost it between 10 and 200 ms, as long
 * as staging a million recipients takes; to empty them costs 3. Whoever stages nothing for a while gets the memory back.
 */
export function createFilterPool(create: (bytes: number) => SeenFilter = createSeenFilter): FilterPool {
  let usedBytes = 0;
  let kept: SeenFilter | null = null;
  let timer: NodeJS.Timeout | undefined;
  const drop = (): void => {
    clearTimeout(timer);
    usedBytes -= kept?.bytes ?? 0;
    kept = null;
  };
  return {
    take: (recipients) => {
      const wantedBytes = recipients === null ? LARGEST_BYTES : recipients * BYTES_PER_RECIPIENT;
      if (kept && wantedBytes > LARGEST_BYTES / 2) {
        clearTimeout(timer);
        const filter = kept;
        kept = null;
        return filter;
      }
      const mostBytes = Math.min(LARGEST_BYTES, (MOST_BYTES - usedBytes) / 2);
      let bytes = SMALLEST_BYTES;
      while (bytes < wantedBytes && bytes * 2 <= mostBytes) bytes *= 2;
      usedBytes += bytes;
      return create(bytes);
    },
    giveBack: (filter) => {
      if (filter.bytes < LARGEST_BYTES) {
        usedBytes -= filter.bytes;
        return;
      }
      drop();
      filter.clear();
      kept = filter;
      timer = setTimeout(drop, KEEP_MS).unref();
    },
  };
}
