import { countSegments, firstUnicodeCharacter, LIMITS, type TextSize } from "@volley/contract";
import type { CountableMessage } from "./check-message.ts";
import type { CheckedSegments, UnicodeCause } from "./check-report.ts";
import type { OwnValues } from "../recipients/own-values.ts";
import { createPersonalText, type PersonalText } from "./personal-text.ts";

/** Adds up what the texts of recipients come to, without keeping any of them. */
export type SegmentTally = {
  /**
   * @param index - of the recipient among all entries
   * @returns the segments of its text, also where there are more than the send allows
   */
  readonly add: (recipient: string, own: OwnValues | null, index: number) => number;
  readonly report: () => CheckedSegments;
};

/** One text, counted. */
type Counted = TextSize & { readonly characters: number };

type Counts = {
  total: number;
  recipients: Map<number, number>;
  encodings: Record<TextSize["encoding"], number>;
  unicode: Omit<UnicodeCause, "recipients"> | null;
  longest: CheckedSegments["longest"];
  overSegmentLimit: number;
  overCharacterLimit: number;
};

/** Creates a tally. Without a text of their own, binary and media messages are one segment each. */
export function createSegmentTally({ message, parameters }: CountableMessage): SegmentTally {
  const { type = "mt_text", body, options } = message;
  const counts: Counts = {
    total: 0,
    recipients: new Map(),
    encodings: { "gsm-7": 0, "ucs-2": 0 },
    unicode: null,
    longest: null,
    overSegmentLimit: 0,
    overCharacterLimit: 0,
  };
  const mostSegments = options?.max_number_of_message_parts ?? Number.POSITIVE_INFINITY;
  const isOneSegment = type !== "mt_text" || typeof body !== "string";
  const add = isOneSegment ? () => 1 : createTextTally(body, parameters, options?.truncate_concat === true, counts);
  return {
    add: (recipient, own, index) => {
      const segments = add(recipient, own, index);
      counts.recipients.set(segments, (counts.recipients.get(segments) ?? 0) + 1);
      if (segments > mostSegments) counts.overSegmentLimit += 1;
      else counts.total += segments;
      return segments;
    },
    report: () => {
      const { recipients, encodings, unicode, ...rest } = counts;
      return {
        ...rest,
        recipients: Object.fromEntries(recipients),
        encodings: { ...encodings },
        unicode: unicode && { ...unicode, recipients: encodings["ucs-2"] },
      };
    },
  };
}

function createTextTally(
  body: string,
  parameters: CountableMessage["parameters"],
  isTruncated: boolean,
  counts: Counts,
): SegmentTally["add"] {
  const personal = createPersonalText(body, parameters);
  const count = (text: string): Counted => {
    const counted = countSegments(text);
    return { ...counted, segments: isTruncated ? 1 : counted.segments, characters: text.length };
  };
  // Everybody gets the same text: it is counted once.
  const same = personal.isSame ? count(body) : null;
  return (recipient, own, index) => {
    const text = same ? body : personal.textOf(recipient, own);
    const counted = same ?? count(text);
    counts.encodings[counted.encoding] += 1;
    if (counted.characters > LIMITS.bodyCharacters) counts.overCharacterLimit += 1;
    if (isLonger(counted, counts.longest)) counts.longest = { ...counted, index };
    if (counted.encoding === "ucs-2") counts.unicode ??= causeOf(text, body, personal, { recipient, own, index });
    return counted.segments;
  };
}

/** 100 characters of Unicode are longer than 150 of GSM-7: segments count first. */
function isLonger(one: Counted, other: CheckedSegments["longest"]): boolean {
  if (other === null || one.segments !== other.segments) return other === null || one.segments > other.segments;
  return one.characters > other.characters;
}

function causeOf(
  text: string,
  body: string,
  { keys, valueOf }: PersonalText,
  { recipient, own, index }: { readonly recipient: string; readonly own: OwnValues | null; readonly index: number },
): Counts["unicode"] {
  const inBody = firstUnicodeCharacter(body);
  const found = inBody ?? firstUnicodeCharacter(text);
  if (found === null) return null;
  const isUnicode = (key: string): boolean => firstUnicodeCharacter(valueOf(key, recipient, own) ?? "") !== null;
  return {
    character: found.character,
    codePoint: `U+${(found.character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`,
    source: inBody ? "body" : { placeholder: keys.find(isUnicode) ?? "" },
    position: found.index,
    index,
  };
}
