import { createSeenFilter, type SeenFilter } from "./seen-filter.ts";

/** One filter that is used by one list after the other. */
export type KeptFilter = {
  /** An empty filter; a second one while the first is in use is a new one. */
  readonly take: () => SeenFilter;
  readonly giveBack: (filter: SeenFilter) => void;
};

/** How long an unused filter is kept, in milliseconds. */
const KEEP_MS = 10_000;

/**
 * Creates the place for it. 32 MiB that a process has never touched cost it between 10 and 200 ms, as long as staging a
 * million recipients takes; to empty them costs 3. Whoever stages nothing for a while gets the memory back.
 */
export function createKeptFilter(create: () => SeenFilter = createSeenFilter): KeptFilter {
  let kept: SeenFilter | null = null;
  let timer: NodeJS.Timeout | undefined;
  return {
    take: () => {
      clearTimeout(timer);
      const filter = kept ?? create();
      kept = null;
      return filter;
    },
    giveBack: (filter) => {
      filter.clear();
      kept = filter;
      clearTimeout(timer);
      timer = setTimeout(() => (kept = null), KEEP_MS).unref();
    },
  };
}
