import { invalidFormat, invalidJson } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { missing } from "./fields.ts";

/** Sinch's SMPP documents; the REST limits are not published. */
const MAX_ALPHANUMERIC_CHARACTERS = 11;
const NUMERIC = /^(?:\+|00)?(\d{1,18})$/;
const SEPARATORS = /[\s\-()[\]]/g;

/**
 * Checks `from`: a number or short code of at most 18 digits, or an alphanumeric sender of at most 11 characters.
 *
 * @param hasDefaultOriginator - whether the plan picks a sender by itself when there is none
 */
export function checkSender(from: unknown, hasDefaultOriginator: boolean): Refusal | undefined {
  if (from === undefined || from === null) return hasDefaultOriginator ? undefined : missing("from");
  if (typeof from !== "string") return invalidJson("The parameter 'from' must be a string.");
  const isValid =
    NUMERIC.test(from.replace(SEPARATORS, "")) ||
    (/[^\d+\s\-()[\]]/.test(from) && from.length <= MAX_ALPHANUMERIC_CHARACTERS);
  if (isValid) return undefined;
  return invalidFormat(`The format of parameter 'from' is invalid; value '${from}' is not a valid originator.`);
}

/** A sender as Sinch gives it back: a number without `+`, `00` or separators, anything else as it was sent. */
export function wireSender(from: string): string {
  return NUMERIC.exec(from.replace(SEPARATORS, ""))?.[1] ?? from;
}
