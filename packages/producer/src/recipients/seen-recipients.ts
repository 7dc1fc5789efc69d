import type { FilterPool } from "./filter-pool.ts";
import type { Chunk } from "./recipient-intake.ts";
import { type SeenFilter, SEPARATOR } from "./seen-filter.ts";

/** What is known about a recipient that comes: the first two are the filter's own answers. */
export const PERHAPS_SEEN = 0;
export const NEW = 1;
export const SEEN = 2;

/** Tells recipients that come for the first time from those that came before, in bounded memory. */
export type SeenRecipients = {
  /**
   * @param chunk - normalised, the same ones alone and packed
   * @param verdicts - receives {@link NEW}, {@link SEEN} or {@link PERHAPS_SEEN} for each
   */
  readonly look: (chunk: Pick<Chunk, "recipients" | "packed">, verdicts: Uint8Array) => void;
  /** Ends it; nothing is asked any more. */
  readonly end: () => void;
};

/** So many recipients are remembered one by one: a small list should not pay for a filter. */
const EXACT_RECIPIENTS = 10_000;

/** How much there is to remember. */
export type SeenSizes = {
  /** Recipients that are remembered one by one. @default 10000 */
  readonly exact?: number;
  /** How many the list has; `null` where nobody knows. */
  readonly size: number | null;
};

/**
 * Creates a memory of recipients. It is exact for the first ones and afterwards a filter.
 *
 * @param filters - where the filter is had from, once one is needed
 */
export function createSeenRecipients(
  filters: FilterPool,
  { exact = EXACT_RECIPIENTS, size }: SeenSizes,
): SeenRecipients {
  let remembered = new Set<string>();
  let filter: SeenFilter | null = null;
  return {
    look: ({ recipients, packed }, verdicts) => {
      if (filter) {
        filter.add(packed, verdicts);
        return;
      }
      for (const [index, recipient] of recipients.entries()) {
        verdicts[index] = remembered.has(recipient) ? SEEN : NEW;
        remembered.add(recipient);
      }
      if (remembered.size < exact) return;
      filter = filters.take(size);
      filter.add([...remembered].join(SEPARATOR), new Uint8Array(remembered.size));
      remembered = new Set();
    },
    end: () => {
      if (filter) filters.giveBack(filter);
      filter = null;
    },
  };
}
