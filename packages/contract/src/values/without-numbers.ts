/** Shown in place of digits that may be a phone number. */
const HIDDEN = "(number)";

/** What has many digits and is no phone number. */
const HARMLESS = [
  // A UUID.
  String.raw`\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b`,
  // An address with its port.
  String.raw`\b(?:\d{1,3}\.){3}\d{1,3}:\d{2,5}\b`,
  // A date, or a time.
  String.raw`\b(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?)?(?![\d\s().\-/]*\d)`,
].join("|");

/** A digit and six more, with what people write between them: a phone number, or most of one. */
const NUMBER = String.raw`\+?\p{Nd}(?:[\s().\-/\u2010-\u2015]{0,3}\p{Nd}){6,}`;

const CANDIDATE = new RegExp(`(?<harmless>${HARMLESS})|${NUMBER}`, "giu");

/**
 * Hides whatever in a text may be a phone number: words of the provider, of Redis or of a library, and IDs that others
 * have chosen. Rather too much than too little: long counts go, too.
 */
export function withoutNumbers(text: string): string {
  return text.replace(CANDIDATE, (_, harmless?: string) => harmless ?? HIDDEN);
}
