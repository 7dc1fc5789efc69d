import { expiresInQueue } from "../batches/batch.ts";
import type { Batch } from "../batches/batch.ts";
import { readRequest } from "../batches/kept-request.ts";
import { personalText } from "../check/personal-text.ts";
import type { PersonalText } from "../check/personal-text.ts";
import type { Fields } from "../values/fields.ts";
import { isTextType, segmentsOf } from "../check/segments.ts";
import { deliveryDelayMs, originatorFor, share } from "./delivery-rules.ts";
import type { DeliveryRules } from "./delivery-rules.ts";
import { CODES, isFinal, statusOfCode } from "../values/outcome.ts";
import type { DeliveryStatus, ForcedOutcome } from "../values/outcome.ts";

/** A state of one message, and since when. */
export interface DeliveryState {
  readonly status: DeliveryStatus;
  readonly code: number;
  readonly atMs: number;
}

/** All that ever happens to the message to one recipient of a batch; times lie in the future, too. */
export interface Fate {
  readonly number: number;
  /** Queued, perhaps dispatched, perhaps an end: in this order. */
  readonly states: readonly DeliveryState[];
  /** Only where the batch limits its segments. */
  readonly segments: number | undefined;
  /** The sender that was picked for a batch without one. */
  readonly originator: string | undefined;
}

/** Ends of numbers that fail, for `failShare`. */
const FAILURES: readonly (readonly [DeliveryStatus, number])[] = [
  ["Failed", 150],
  ["Failed", 151],
  ["Rejected", 61],
  ["Deleted", 300],
  ["Expired", 201],
  ["Unknown", 1],
];

/** What is read from a batch once for all of its recipients. */
interface Reading {
  readonly batch: Batch;
  readonly fields: Fields;
  readonly text: PersonalText;
  readonly rules: DeliveryRules;
}

/**
 * What happens to every message of a batch, computed when somebody asks: a batch costs nothing until then.
 *
 * A batch that was canceled before its `send_at` has no messages, as at Sinch; the numbers in groups are there from the
 * moment it leaves the queue. A number that stands twice in `to` is there twice.
 */
export function fatesOf(batch: Batch, rules: DeliveryRules): Fate[] {
  if (isEmptied(batch)) return [];
  const { fields, recipients } = readRequest(batch.content.request);
  const reading: Reading = { batch, fields, text: personalText(fields), rules };
  const numbers = recipients.keys.filter((key) => typeof key === "number");
  return [...numbers, ...(batch.members ?? [])].map((number) => fateOf(number, reading));
}

/** The state at a moment; undefined before the batch was accepted. */
export function stateAt({ states }: Fate, nowMs: number): DeliveryState | undefined {
  return states.findLast(({ atMs }) => atMs <= nowMs);
}

/** When the last message of a batch ends; undefined when one of them never does. */
export function lastEndMs(fates: readonly Fate[]): number | undefined {
  let lastMs = -Infinity;
  for (const { states } of fates) {
    const last = states.at(-1);
    if (last === undefined || !isFinal(last.status)) return undefined;
    lastMs = Math.max(lastMs, last.atMs);
  }
  return lastMs;
}

function isEmptied({ isWithdrawn, modifiedAtMs, content: { sendAtMs } }: Batch): boolean {
  return isWithdrawn && sendAtMs !== undefined && modifiedAtMs < sendAtMs;
}

function fateOf(number: number, reading: Reading): Fate {
  const { batch, fields, text, rules } = reading;
  const { dispatchAtMs, expireAtMs, from } = batch.content;
  const limit = fields["max_number_of_message_parts"];
  const segments = typeof limit === "number" ? segmentsOf(fields["type"], text.textFor(number)).segments : undefined;
  const originator = from === undefined ? originatorFor(rules, number) : undefined;
  const ended = (code: number, atMs: number): Fate => {
    const end: DeliveryState = { status: statusOfCode(code), code, atMs };
    return { number, states: [queued(batch), end], segments, originator };
  };
  if (batch.isWithdrawn) return ended(CODES.cancelled, batch.modifiedAtMs);
  if (expiresInQueue(batch.content)) return ended(CODES.internalExpiry, expireAtMs);
  if (!text.reaches(number)) return ended(CODES.unmatchedParameter, dispatchAtMs);
  if (from === undefined && originator === undefined) {
    return ended(CODES.unmatchedDefaultOriginator, dispatchAtMs);
  }
  // Only the limit of a text was checked when the batch came: nothing else has segments.
  const isTooLong = isTextType(fields["type"]) && segments !== undefined && segments > Number(limit);
  if (isTooLong) return ended(CODES.exceededPartsLimit, dispatchAtMs);
  return { number, states: [queued(batch), ...statesFrom(number, reading)], segments, originator };
}

function queued({ acceptedAtMs }: Batch): DeliveryState {
  return { status: "Queued", code: CODES.queued, atMs: acceptedAtMs };
}

/** What comes after the queue. */
function statesFrom(number: number, { batch, rules }: Reading): DeliveryState[] {
  const { dispatchAtMs } = batch.content;
  const dispatched: DeliveryState = { status: "Dispatched", code: CODES.dispatched, atMs: dispatchAtMs };
  const forced = batch.forced.find((outcome) => strikes(outcome, number, rules));
  if (forced === undefined) {
    const [status, code] = ownEnd(number, rules);
    return [dispatched, { status, code, atMs: dispatchAtMs + deliveryDelayMs(rules, number) }];
  }
  if (forced.status === "Queued") return [];
  if (forced.status === "Dispatched") return [dispatched];
  const atMs = dispatchAtMs + (forced.afterMs ?? deliveryDelayMs(rules, number));
  const end: DeliveryState = { status: forced.status, code: forced.code, atMs };
  return forced.status === "Aborted" || forced.status === "Cancelled" ? [end] : [dispatched, end];
}

function strikes({ recipients, share: struck }: ForcedOutcome, number: number, rules: DeliveryRules): boolean {
  return (
    (recipients === undefined || recipients.has(number)) && (struck >= 1 || share(number, rules.seed() + 2) < struck)
  );
}

function ownEnd(number: number, rules: DeliveryRules): readonly [DeliveryStatus, number] {
  if (rules.failShare === 0 || share(number, rules.seed()) >= rules.failShare) return ["Delivered", CODES.delivered];
  const index = Math.floor(share(number, rules.seed() + 3) * FAILURES.length);
  return FAILURES[index] ?? ["Failed", 1];
}
