import { hash } from "node:crypto";
import type { Numbering } from "../terms/numbering.ts";

/** The list cannot be read: nobody knows who must not be texted. */
export class UnreadableListError extends Error {
  override readonly name = "UnreadableListError";
}

const NOT_THE_LIST =
  "a key of the suppression list in Redis holds something else than the list: pause the regions, delete that key, " +
  "import an export of the list (volley suppress import), and resume them";

/** An error of Redis as one that says what to do. @returns `null` for one that has nothing to do with what is kept there */
export function notTheList(error: unknown): UnreadableListError | null {
  if (!(error instanceof Error) || !error.message.includes("WRONGTYPE")) return null;
  return new UnreadableListError(NOT_THE_LIST, { cause: error });
}

/** Changes or entries without a version. */
export const LOST_VERSION =
  "the suppression list has lost its version: import an export of it (volley suppress import), which writes it anew";

const HEAD = /^(\d+):([0-9a-f]{12}):(.*)$/;

/** A version of the list: how many changes there were, and a digest over all of them. */
export type Version = { readonly head: string; readonly version: number; readonly chain: string };

const EMPTY: Version = { head: "", version: 0, chain: "" };

/** The version after a change: of the digest of the one before. */
export function nextVersion({ version, chain: before }: Version, change: string, { keyId }: Numbering): Version {
  const chain = hash("sha1", before + change).slice(0, 12);
  return { head: `${version + 1}:${chain}:${keyId}`, version: version + 1, chain };
}

/**
 * Reads the version as it stands in Redis.
 *
 * @param hasChanges - whether changes are there: then a version is, too
 */
export function readVersion(head: string, { keyId }: Numbering, hasChanges: boolean): Version {
  if (head === "") {
    if (hasChanges) throw new UnreadableListError(LOST_VERSION);
    return EMPTY;
  }
  const [, version, chain, own] = HEAD.exec(head) ?? [];
  if (version === undefined || chain === undefined) {
    throw new UnreadableListError(
      "the suppression list's version cannot be read: import an export of it (volley suppress import), which writes it anew",
    );
  }
  if (own !== keyId) {
    throw new UnreadableListError(
      "the suppression list was written with another VOLLEY_SUPPRESSION_SECRET, or without one",
    );
  }
  return { head, version: Number(version), chain };
}
