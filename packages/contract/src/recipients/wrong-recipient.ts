import { misspellingOf, normaliseRecipient } from "./recipient.ts";

/** Why a line of a list is nobody's, whatever its number is. */
export const LINE_FAULTS = [
  /** It ends before a cell that is needed. */
  "missing_cells",
  /** It has more cells than the heading. */
  "too_many_cells",
  /** It names another region than the one of the send. */
  "other_region",
  /** A value is no text, or too long. */
  "invalid_parameters",
  /** It is no JSON. */
  "invalid_json",
  /** It is neither a text nor an object with `to` and `parameters`. */
  "invalid_line",
  /** No region is for its number. */
  "no_route",
  /** A placeholder of the text has no value. */
  "missing_parameter",
] as const;

/** One of {@link LINE_FAULTS}. */
export type LineFault = (typeof LINE_FAULTS)[number];

/** Why a text is no recipient. */
export type WrongRecipient = LineFault | "invalid_msisdn" | "shortened_msisdn";

/** No number and no group ID has it. */
const MARK = "#";

const FAULT_OF: ReadonlyMap<string, LineFault> = new Map(LINE_FAULTS.map((fault) => [standInFor(fault), fault]));

/** What stands in a list of recipients in place of a wrong line, so that everybody who counts it knows why. */
export function standInFor(fault: LineFault): string {
  return MARK + fault;
}

/** What a text stands in for; `null` where it was meant as a recipient. */
export function faultOf(text: string): LineFault | null {
  return FAULT_OF.get(text) ?? null;
}

/** Why a text is no recipient; `null` where it is one. */
export function wrongRecipient(text: string): WrongRecipient | null {
  if (normaliseRecipient(text) !== null) return null;
  return faultOf(text) ?? (misspellingOf(text) === "shortened" ? "shortened_msisdn" : "invalid_msisdn");
}
