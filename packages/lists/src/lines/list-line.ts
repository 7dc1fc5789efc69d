import { misspellingOf, normaliseRecipient } from "@volley/contract";
import type { ListEntry } from "../people/list-entry.ts";

/** Why a line is left out. */
export type LineReason =
  /** There is no international number in it, or not as many cells as it needs. */
  | "invalid_msisdn"
  /** A spreadsheet has shortened its number, and the last digits are lost. */
  | "shortened_msisdn"
  /** It names another region than the one of the send. */
  | "other_region"
  /** No region is for its number. */
  | "no_route"
  /** A placeholder of the text has no value. */
  | "missing_parameter"
  /** A value is no text, or too long. */
  | "invalid_parameters"
  /** It is no JSON. */
  | "invalid_json"
  /** It is neither a text nor an object with `to` and `parameters`. */
  | "invalid_line";

/** One line of a list. */
export type ListLine = {
  /** The first one is 1. */
  readonly line: number;
  /** Of a line that is wrong, something that is no number: it stays in its place, and is counted. */
  readonly entry: ListEntry;
  readonly reason: LineReason | null;
};

/** What is wrong with a number, if anything is. */
export function reasonOfNumber(text: string): "invalid_msisdn" | "shortened_msisdn" | null {
  if (normaliseRecipient(text) !== null) return null;
  return misspellingOf(text) === "shortened" ? "shortened_msisdn" : "invalid_msisdn";
}

/** A line that is wrong. */
export function wrongLine(line: number, reason: LineReason): ListLine {
  return { line, entry: "", reason };
}
