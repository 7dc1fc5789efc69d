import { detached } from "./detached.ts";
import type { OwnValues } from "./own-values.ts";

/**
 * Recipients of whom it cannot be said whether they came before. They are set aside until the stage is read back, each
 * with the values of its first mention among them.
 */
export type Suspects = {
  /** @returns whether it is one already: then it is certainly a duplicate */
  readonly add: (recipient: string, values: OwnValues | null) => boolean;
  readonly isFull: () => boolean;
  readonly size: () => number;
  /** @returns whether it was one */
  readonly remove: (recipient: string) => boolean;
  /** All that are left, which ends them. */
  readonly takeAll: () => Iterable<readonly [recipient: string, values: OwnValues | null]>;
};

/** About 20 MB, and as many as thirty million recipients are wrongly suspected of. */
const MOST_SUSPECTS = 200_000;

/** The most characters of their values together. */
const MOST_CHARACTERS = 8 * 1_024 * 1_024;

/** Creates an empty set. */
export function createSuspects(mostSuspects: number = MOST_SUSPECTS): Suspects {
  let suspects = new Map<string, string | null>();
  let characters = 0;
  return {
    add: (recipient, values) => {
      if (suspects.has(recipient)) return true;
      const packed = values === null ? null : JSON.stringify(values);
      characters += packed?.length ?? 0;
      suspects.set(detached(recipient), packed);
      return false;
    },
    isFull: () => suspects.size >= mostSuspects || characters >= MOST_CHARACTERS,
    size: () => suspects.size,
    remove: (recipient) => suspects.delete(recipient),
    *takeAll() {
      const all = suspects;
      suspects = new Map();
      characters = 0;
      for (const [recipient, packed] of all) {
        yield [recipient, packed === null ? null : (JSON.parse(packed) as OwnValues)] as const;
      }
    },
  };
}
