/** Who of a list was found: a bit per number, however many there are. */
export type FoundList = {
  readonly count: () => number;
  /** @param ordinal - how many numbers stand in the list before that one */
  readonly addNumber: (ordinal: number) => void;
  readonly addGroup: (group: string) => void;
  readonly hasNumber: (ordinal: number) => boolean;
  readonly hasGroup: (group: string) => boolean;
};

/** Creates it for a list in which nobody is found yet. */
export function createFoundList(size: number): FoundList {
  const groups = new Set<string>();
  let bits = new Uint8Array(0);
  let count = 0;
  return {
    count: () => count + groups.size,
    addNumber: (ordinal) => {
      if (count === 0) bits = new Uint8Array(Math.ceil(size / 8));
      bits[ordinal >>> 3] = (bits[ordinal >>> 3] ?? 0) | (1 << (ordinal & 7));
      count += 1;
    },
    addGroup: (group) => void groups.add(group),
    hasNumber: (ordinal) => ((bits[ordinal >>> 3] ?? 0) & (1 << (ordinal & 7))) !== 0,
    hasGroup: (group) => groups.has(group),
  };
}
