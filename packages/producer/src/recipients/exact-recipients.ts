import { isGroup } from "@volley/contract";
import { detached } from "./detached.ts";
import type { FilterPool } from "./filter-pool.ts";
import { type SeenFilter, SEPARATOR } from "./seen-filter.ts";
import { NEW, SEEN, type SeenRecipients } from "./seen-recipients.ts";

/** 64 MiB of numbers; a filter of at most 32 MiB follows. */
const MOST_EXACT = 4_000_000;

/** Slots of the first table, a power of two. */
const FIRST_SLOTS = 1 << 14;

/** How many are moved into the filter at once. */
const MOVED_AT_ONCE = 1_000;

/** The golden ratio in 32 bits, the multiplier of Fibonacci hashing (Knuth, volume 3, 6.4). */
const GOLDEN_RATIO = 0x9e3779b1;

/**
 * Remembers recipients exactly where nothing is staged that could be read back: numbers as numbers, 15 digits being less
 * than 2^53, at 16 bytes each where a set of strings takes about 90. Beyond the first millions a filter goes on in a
 * fixed amount of memory; whoever it takes for seen is `PERHAPS_SEEN`.
 *
 * @param filters - where the filter is had from, once one is needed
 */
export function createExactRecipients(filters: FilterPool, mostExact: number = MOST_EXACT): SeenRecipients {
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
      if (numbers.size() + groups.size < mostExact) return;
      filter = filters.take(null);
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

type NumberSet = {
  /** @returns whether it was not there */
  readonly add: (number: number) => boolean;
  readonly size: () => number;
  readonly values: () => Iterable<number>;
};

/** An open table with linear probing, at most half full. An empty slot is 0, which no recipient is. */
function createNumberSet(): NumberSet {
  let slots = new Float64Array(FIRST_SLOTS);
  let size = 0;
  const grow = (): void => {
    const old = slots;
    slots = new Float64Array(2 * old.length);
    for (const number of old) if (number !== 0) slots[slotOf(slots, number)] = number;
  };
  return {
    add: (number) => {
      const slot = slotOf(slots, number);
      if (slots[slot] === number) return false;
      slots[slot] = number;
      size += 1;
      if (2 * size > slots.length) grow();
      return true;
    },
    size: () => size,
    *values() {
      for (const number of slots) if (number !== 0) yield number;
    },
  };
}

/** Where a number is, or the empty slot where it belongs. */
function slotOf(slots: Float64Array, number: number): number {
  const last = slots.length - 1;
  // The lower and the upper 32 bits of the number: a shift looks at the lower ones only.
  const mixed = Math.imul((number >>> 0) ^ Math.imul(Math.floor(number / 2 ** 32), 0x85ebca6b), GOLDEN_RATIO);
  let slot = (mixed ^ (mixed >>> 15)) & last;
  while (slots[slot] !== 0 && slots[slot] !== number) slot = (slot + 1) & last;
  return slot;
}
