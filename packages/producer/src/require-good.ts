import { InvalidSendError, type Problem, readSend, readStagedSend, type ReadStagedSend } from "@volley/contract";

/** The times of a send that was read. */
export type Times = { readonly sendAt: Date | null; readonly expireAt: Date | null };

/** A send that was read, or everything that is wrong with it. */
export type ReadGood<Ready extends Times> =
  { readonly ok: true; readonly send: Ready } | { readonly ok: false; readonly problems: readonly Problem[] };

/** A stage that nobody has: only what is beside it is looked at. */
const NO_STAGE = { id: "none", recipients: 1 };

/** Reads a send without its recipients, who may come from anywhere. */
export function readWithoutRecipients(message: object, now: Date): ReadStagedSend {
  return readStagedSend({ ...message, staged: NO_STAGE }, now);
}

/** Everything that a send is refused for; one that has expired already is. */
export function refusalOf(read: ReadGood<Times>, now: Date): readonly Problem[] {
  if (!read.ok) return read.problems;
  const { expireAt } = read.send;
  if (expireAt === null || expireAt > now) return [];
  return [{ field: "expire_at", message: `expected a time in the future, got ${expireAt.toISOString()}` }];
}

/** @throws InvalidSendError with every mistake */
export function requireGood<Ready extends Times>(read: ReadGood<Ready>, now: Date): Ready {
  const problems = refusalOf(read, now);
  if (!read.ok || problems.length > 0) throw new InvalidSendError(problems);
  return read.send;
}

/**
 * What is wrong with a send of which nobody is left.
 *
 * @param message - the send without its recipients
 * @param to - the first entries that were set aside, as they were written
 */
export function nobodyLeft(message: object, to: readonly string[], now: Date): readonly Problem[] {
  const read = readSend({ ...message, to }, now);
  return read.ok ? [{ field: "to", message: "expected a recipient" }] : read.problems;
}
