import { constraintViolation, invalidFormat, invalidJson } from "../values/refusal.ts";
import type { Refusal } from "../values/refusal.ts";
import { isGroupId, parseMsisdn } from "../values/parse-recipient.ts";

/** Sinch: 1 to 1,000 entries of `to`, numbers and group IDs. */
const MAX_ENTRIES = 1_000;

/** The smallest number with so many digits, by digits; raising to a power takes longer than reading the number. */
const SMALLEST = Array.from({ length: 16 }, (_, digits) => 10 ** (digits - 1));

/** `to` after reading. */
export interface Recipients {
  /** As Sinch gives them back: without `+`, `00` or separators. */
  readonly wire: readonly string[];
  /** One key per entry, see `recipientKey`. */
  readonly keys: readonly (number | string)[];
  /** The entries that are group IDs; nearly always none. */
  readonly groups: readonly string[];
  /** Whether every number stands digit by digit in the request, so that a text search of the raw body finds it. */
  readonly isVerbatim: boolean;
}

/**
 * Checks `to` and brings it into Sinch's own form.
 *
 * One bad entry refuses the whole batch, and only the first bad one is named, as at Sinch.
 */
export function checkRecipients(to: unknown): Recipients | Refusal {
  if (to === undefined || to === null) return constraintViolation("The parameter 'to' is required.");
  if (!Array.isArray(to)) return invalidJson("The parameter 'to' must be an array.");
  const entries: readonly unknown[] = to;
  if (entries.length === 0 || entries.length > MAX_ENTRIES) {
    return constraintViolation(`The parameter 'to' must have between 1 and ${MAX_ENTRIES} items.`);
  }
  const wire: string[] = [];
  const keys: (number | string)[] = [];
  const groups: string[] = [];
  let isVerbatim = true;
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index];
    if (typeof entry !== "string") return invalidJson(`The parameter 'to[${index}]' must be a string.`);
    const number = parseMsisdn(entry);
    if (number === 0 && !isGroupId(entry)) return invalidRecipient(index, entry);
    const digits = number === 0 ? entry : verbatimDigits(entry, number);
    wire.push(digits ?? String(number));
    keys.push(number === 0 ? entry : number);
    if (digits === undefined) isVerbatim = false;
    if (number === 0) groups.push(entry);
  }
  return { wire, keys, groups, isVerbatim };
}

/** The refusal that names one entry, in Sinch's words. */
export function invalidRecipient(index: number, entry: string): Refusal {
  return invalidFormat(
    `The format of parameter 'to[${index}]' is invalid; value '${entry}' is not a valid MSISDN or group ID.`,
  );
}

/** The digits as they stand in the text, or undefined when separators or `00` are between; cheaper than formatting. */
function verbatimDigits(entry: string, number: number): string | undefined {
  if (hasDigits(number, entry.length)) return entry;
  if (entry.charCodeAt(0) === 43 && hasDigits(number, entry.length - 1)) return entry.slice(1);
  return undefined;
}

function hasDigits(number: number, digits: number): boolean {
  return number >= (SMALLEST[digits] ?? Infinity);
}
