import { looksLikeTime } from "../values/time.ts";

/** A whole number of one or two digits: a version or a count, and nobody's. */
const SMALLEST_UNSHOWN = 100;

const SMALL = /^-?\d{1,2}$/;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A name that says what it is for. A phone number, a sentence or a key in a name's place is described, never repeated. */
const NAME = /^[\w.-]{1,40}$/;

/** As many digits as the shortest recipient has, less one: no name that is meant to be read has so many. */
const MANY_DIGITS = /(?:\d\D*){6}/;

/** What may be repeated of a value. */
export type KindOptions = {
  /** The field's own words, such as `urgent`: a value that is one of them in another spelling is repeated. */
  readonly words?: readonly string[];
  /** The field holds what people are told, or who they are: whatever stands there is only described. */
  readonly isPrivate?: boolean;
};

/**
 * What came, in words, for an error: the kind of a value, never the value. A number, a text or a token that stands in the
 * wrong place would be read by everybody who reads logs. Repeated is only what names nobody, whoever wrote it: `true` and
 * `false`, a whole number of one or two digits, a time, and the field's own words.
 *
 * @returns for example `nothing`, `a number`, `11 characters`, `3 entries`, `an object`
 */
export function kindOf(value: unknown, { words = [], isPrivate = false }: KindOptions = {}): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return amount(value.length, "entry", "entries");
  switch (typeof value) {
    case "string":
      return kindOfText(value, isPrivate ? [] : words, isPrivate);
    case "boolean":
      return isPrivate ? "a boolean" : String(value);
    case "number":
      return !isPrivate && isSmall(value) ? String(value) : "a number";
    default:
      return withArticle(typeof value);
  }
}

/** The name of a field or a key as an error shows it: as it is, or described where it may be somebody's number or text. */
export function shownName(name: string): string {
  return isShownName(name) ? name : `(${characters(name)})`;
}

/** Whether a name may be shown as it is. */
export function isShownName(name: string): boolean {
  return NAME.test(name) && !MANY_DIGITS.test(name);
}

/** `a`, or `an` before a vowel, and the name of a type. */
export function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** A count and its noun, for example `1 entry` or `2,500 entries`. */
export function amount(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** How long a text is, in UTF-16 code units. */
function characters({ length }: string): string {
  return amount(length, "character", "characters");
}

function kindOfText(text: string, words: readonly string[], isPrivate: boolean): string {
  if (words.some((word) => plain(word) === plain(text))) return JSON.stringify(text);
  if (isPrivate) return characters(text);
  if (DATE.test(text)) return "a date without a time";
  return SMALL.test(text) || looksLikeTime(text) ? JSON.stringify(text) : characters(text);
}

function isSmall(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < SMALLEST_UNSHOWN;
}

/** `MT-TEXT` and `mt_text` are the same word. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[\s_-]/g, "");
}
