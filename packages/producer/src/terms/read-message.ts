import {
  InvalidSendError,
  pastSendAt,
  type Problem,
  readSend,
  readStagedSend,
  type ReadStagedSend,
} from "@volley/contract";

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
  const { sendAt, expireAt } = read.send;
  const past = pastSendAt(sendAt, now);
  const problems = past === null ? [] : [past];
  if (expireAt === null || expireAt > now) return problems;
  return [...problems, { field: "expire_at", message: `expected a time in the future, got ${expireAt.toISOString()}` }];
}

/**
 * Finds a send good but for its time, which may be over because it comes a second time: see {@link requireInTime}.
 *
 * @throws InvalidSendError with every mistake
 */
export function requireGood<Ready extends Times>(read: ReadGood<Ready>): Ready {
  if (!read.ok) throw new InvalidSendError(read.problems);
  return read.send;
}

/** @throws InvalidSendError when it has expired already, or its `send_at` is so long past that it is mistyped */
export function requireInTime(send: Times, now: Date): void {
  const problems = refusalOf({ ok: true, send }, now);
  if (problems.length > 0) throw new InvalidSendError(problems);
}

/** As it goes to Redis, now: the caller may go on to change the object before it is there. */
export function copyOf<Given>(given: Given): Given {
  return JSON.parse(JSON.stringify(given)) as Given;
}

/**
 * What is wrong with a send of which nobody is left.
 *
 * @param message - the send without its recipients
 * @param rejections - the first entries that were rejected, as they were written
 */
export function nobodyLeft(
  message: object,
  rejections: readonly { readonly recipient: string }[],
  now: Date,
): readonly Problem[] {
  const read = readSend({ ...message, to: rejections.map(({ recipient }) => recipient) }, now);
  // The values came along with the recipients: without those some would seem to be missing.
  const ofRecipients = read.ok ? [] : read.problems.filter(({ field }) => /^to\b/.test(field));
  return ofRecipients.length > 0 ? ofRecipients : [{ field: "to", message: "expected a recipient" }];
}
