import { createCipheriv, createDecipheriv, createHmac, scryptSync } from "node:crypto";

import { shownId } from "@volley/contract";

/** Stands before an ID that is not shown as it is. */
const BEGINNING = "hidden-";

const MARK_BYTES = 12;

const NAME = /^[\w.-]+$/;

/** How the board shows the IDs of jobs, and understands what it has shown. */
export type HiddenIds = {
  /** The ID as it is, or a word for it that names nobody. The same ID has always the same word. */
  readonly show: (id: string) => string;
  /** The ID that a word stands for; whatever else it is given comes back as it is. */
  readonly read: (shown: string) => string;
};

/**
 * Hides the IDs of jobs in which other clients may have put a phone number or a name. Links need an ID that leads to the
 * job, so it is encrypted, with a key that is made of a secret: a link goes on working after a restart and at another replica
 * of the board, and nobody can read it who does not know the secret.
 *
 * IDs of Volley's own form, those of BullMQ's counter, UUIDs and whatever else is one word without a long number in it
 * (`nightly-report`) are shown as they are.
 *
 * @param secret - the board's password, or one that all its processes share; asked for when the first ID is shown
 */
export function createHiddenIds(secret: () => string): HiddenIds {
  let keys: Buffer | null = null;
  const keyOf = (part: 0 | 1): Buffer => {
    keys ??= scryptSync(secret(), "volley board: hidden IDs", 64);
    return keys.subarray(32 * part, 32 * (part + 1));
  };
  // Made of the ID itself: the same ID gives the same word, and a changed word is noticed.
  const markOf = (id: Buffer): Buffer => createHmac("sha256", keyOf(0)).update(id).digest().subarray(0, MARK_BYTES);
  return {
    show: (id) => {
      if (isHarmless(id)) return id;
      const bytes = Buffer.from(id);
      const mark = markOf(bytes);
      const cipher = createCipheriv("aes-256-ctr", keyOf(1), counterOf(mark));
      return BEGINNING + Buffer.concat([mark, cipher.update(bytes), cipher.final()]).toString("base64url");
    },
    read: (shown) => {
      const bytes = Buffer.from(shown.startsWith(BEGINNING) ? shown.slice(BEGINNING.length) : "", "base64url");
      if (bytes.length < MARK_BYTES) return shown;
      const mark = bytes.subarray(0, MARK_BYTES);
      const decipher = createDecipheriv("aes-256-ctr", keyOf(1), counterOf(mark));
      const id = Buffer.concat([decipher.update(bytes.subarray(MARK_BYTES)), decipher.final()]);
      return markOf(id).equals(mark) ? id.toString() : shown;
    },
  };
}

/** What begins as a word for a hidden ID is hidden, too: read as one, it would be another ID. */
function isHarmless(id: string): boolean {
  return !id.startsWith(BEGINNING) && NAME.test(id) && shownId(id) === id;
}

/** Where the cipher begins to count: a block of AES has 16 bytes. */
function counterOf(mark: Buffer): Buffer {
  return Buffer.concat([mark, Buffer.alloc(16 - MARK_BYTES)]);
}
