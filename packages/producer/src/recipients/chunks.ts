import { LIMITS } from "@volley/contract";
import type { OwnValues } from "./own-values.ts";
import { packRecipients } from "./piece-builder.ts";

/** Recipients that came one after the other. It is not to be kept: the next one is in the same arrays. */
export type Chunk = {
  /** Normalised. */
  readonly recipients: readonly string[];
  /** Where each of them stood in the list, from 0. */
  readonly places: readonly number[];
  /** Theirs, in their order; `null` when none of them has any. */
  readonly values: readonly (OwnValues | null)[] | null;
  /** The recipients as a piece. */
  readonly packed: string;
};

/** Puts recipients together into chunks. */
export type Chunks = {
  /** @returns whether a chunk was given away */
  readonly add: (recipient: string, own: OwnValues | null, place: number) => boolean;
  /** Gives away what is left. */
  readonly end: () => void;
};

const CHUNK = LIMITS.recipientsPerBatch;

/**
 * Creates it. Recipients travel in chunks of a thousand because everything that is done to them costs less for many at
 * once: the filter, the digest, and packing.
 */
export function createChunks(give: (chunk: Chunk) => void): Chunks {
  const recipients = Array.from({ length: CHUNK }, () => "");
  const places = Array.from({ length: CHUNK }, () => 0);
  let values: (OwnValues | null)[] | null = null;
  let count = 0;
  const end = (): void => {
    if (count === 0) return;
    const some = count === CHUNK ? recipients : recipients.slice(0, count);
    give({ recipients: some, places, values, packed: packRecipients(some) });
    count = 0;
    values = null;
  };
  return {
    add: (recipient, own, place) => {
      if (own !== null) values ??= Array.from({ length: count }, () => null);
      values?.push(own);
      recipients[count] = recipient;
      places[count] = place;
      count += 1;
      if (count < CHUNK) return false;
      end();
      return true;
    },
    end,
  };
}
