/** Randomness that can be had again: the same seed gives the same numbers in the same order. */
export type SeededRandom = {
  /** From 0 to below 1. */
  readonly next: () => number;
  /** A whole number, both ends included. */
  readonly integer: (smallest: number, largest: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** The same entries in another order. */
  readonly shuffle: <T>(entries: readonly T[]) => T[];
};

const TWO_TO_32 = 4_294_967_296;

/** Creates a generator (mulberry32: 32 bits of state, which is plenty for a schedule). */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / TWO_TO_32;
  };
  const integer = (smallest: number, largest: number): number =>
    smallest + Math.floor(next() * (largest - smallest + 1));
  return {
    next,
    integer,
    pick: (choices) => {
      const choice = choices[integer(0, choices.length - 1)];
      if (choice === undefined) throw new RangeError("nothing to pick from");
      return choice;
    },
    shuffle: (entries) =>
      entries
        .map((entry) => ({ entry, place: next() }))
        .sort((a, b) => a.place - b.place)
        .map(({ entry }) => entry),
  };
}
