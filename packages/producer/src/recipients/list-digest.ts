import { createHash } from "node:crypto";
import type { OwnValues } from "./own-values.ts";

/**
 * A digest of a list that grows. It depends on what came in which order, duplicates and rejected entries too, and on
 * nothing else: not on the sizes of the pages that it came in, and not on what the filter suspects.
 */
export type ListDigest = {
  /**
   * @param packed - recipients that came one after the other, always as many at once but for the last ones
   * @param values - theirs, `null` when none of them has any
   */
  readonly add: (packed: string, values: readonly (OwnValues | null)[] | null) => void;
  /** Whatever stands there: it is not sent to. @param index - in the caller's list */
  readonly addRejected: (index: number) => void;
  /** Ends it. @returns 64 hexadecimal characters */
  readonly end: () => string;
};

/** Creates the digest of an empty list. */
export function createListDigest(): ListDigest {
  const hash = createHash("sha256");
  return {
    add: (packed, values) => {
      hash.update(packed);
      hash.update(values === null ? "\n" : `\n${JSON.stringify(values.map(sorted))}\n`);
    },
    addRejected: (index) => void hash.update(`!${index}\n`),
    end: () => hash.digest("hex"),
  };
}

function sorted(values: OwnValues | null): [string, string][] | null {
  return values && Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}
