import { writeToken } from "../terms/numbering.ts";

/**
 * Hashes over which the entries are spread, by number: a prime, for numbers that follow each other. Up to seven million entries
 * each of them stays packed (128 fields), and a list of a few costs a key for each.
 */
export const BUCKETS = 65_521;

/** Where the list stands. */
export type ListKeys = {
  /** Its version: how many changes there were, what they were together, and by which secret; nothing before the first. */
  readonly head: string;
  /** The last changes. */
  readonly log: string;
  /** Hash: what those have said whose number is held until a person decides, by the field of their entry. */
  readonly held: string;
  /** When somebody said last that the list counts as it stands, in milliseconds of Redis' clock. */
  readonly accepted: string;
};

/** @param prefix - BullMQ's; its hash tag keeps everything in one slot of a cluster */
export function listKeys(prefix: string): ListKeys {
  return {
    head: `${prefix}:suppressions`,
    log: `${prefix}:suppressions:log`,
    held: `${prefix}:suppressions:held`,
    accepted: `${prefix}:suppressions:accepted`,
  };
}

/** The hash with how far each other list of a region with a Redis of its own was carried here: its version, by its name. */
export function carriedKey(prefix: string): string {
  return `${prefix}:suppressions:carried`;
}

/** The key with when somebody was heard last, by the field of the entry that they have, or had. */
export function heardKey(prefix: string, field: string): string {
  return `${prefix}:suppressions:heard:${field}`;
}

/** The hash with the replies that somebody has got of late; it has a day to live. Holds a number as the list does. */
export function repliedKey(prefix: string, token: number): string {
  return `${prefix}:suppressions:replied:${writeToken(token)}`;
}

/** The hash with all entries of a number: a field is its token and the scope's code. */
export function entriesKey(prefix: string, token: number): string {
  return bucketKey(prefix, token % BUCKETS);
}

/** @param bucket - from 0 to before {@link BUCKETS} */
export function bucketKey(prefix: string, bucket: number): string {
  return `${prefix}:suppressions:${bucket}`;
}
