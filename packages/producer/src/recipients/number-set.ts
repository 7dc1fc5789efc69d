/** Numbers at 16 bytes each, where a set of strings takes about 90. */
export type NumberSet = {
  /** @returns whether it was not there */
  readonly add: (number: number) => boolean;
  readonly size: () => number;
  readonly values: () => Iterable<number>;
};

/** Slots of the first table, a power of two. */
const FIRST_SLOTS = 1 << 14;

/** The golden ratio in 32 bits, the multiplier of Fibonacci hashing (Knuth, volume 3, 6.4). */
const GOLDEN_RATIO = 0x9e3779b1;

/** An open table with linear probing, at most half full. An empty slot is 0, which no recipient is. */
export function createNumberSet(): NumberSet {
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
