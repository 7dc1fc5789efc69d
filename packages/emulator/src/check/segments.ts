/** What a text is sent as: `text` in the GSM alphabet, `unicode` in UCS-2. The words of Sinch's dry run. */
type Encoding = "text" | "unicode";

/** How one message goes over the air. */
export interface TextSize {
  readonly segments: number;
  readonly encoding: Encoding;
}

/** The basic table of GSM 03.38; every character takes one septet. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
    "abcdefghijklmnopqrstuvwxyzäöñüà",
);

/** The extension table; every character takes two septets, an escape and itself. */
const EXTENSION = new Set("\f^{}\\[~]|€");

/** Units that fit: septets, or 16-bit units. A segment of several gives up room for its header. */
const ROOM = { text: { single: 160, segment: 153 }, unicode: { single: 70, segment: 67 } } as const;

/**
 * Counts the segments that a text is sent in.
 *
 * One character outside the GSM alphabet makes the whole message UCS-2. An escaped character or a surrogate pair is
 * never cut in two, so the count can be one above the plain division (whether Sinch's own counter does the same is not
 * published). An empty text is one segment.
 */
export function countSegments(text: string): TextSize {
  const encoding = encodingOf(text);
  const { single, segment } = ROOM[encoding];
  const sizes = Array.from(text, (character) => unitsOf(character, encoding));
  if (sum(sizes) <= single) return { segments: 1, encoding };
  let segments = 1;
  let used = 0;
  for (const units of sizes) {
    if (used + units > segment) {
      segments += 1;
      used = 0;
    }
    used += units;
  }
  return { segments, encoding };
}

/**
 * Counts the segments of a message by the `type` of its batch: only a text is cut into segments, a binary or media message is
 * one.
 */
export function segmentsOf(type: unknown, text: string): TextSize {
  return isTextType(type) ? countSegments(text) : { segments: 1, encoding: "text" };
}

/** Whether a batch of this `type` is one of texts, as it is without any. */
export function isTextType(type: unknown): boolean {
  return (type ?? "mt_text") === "mt_text";
}

/** The beginning of a text that fits one segment: what is left of it with `truncate_concat`. */
export function firstSegment(text: string): string {
  const encoding = encodingOf(text);
  let kept = "";
  let used = 0;
  for (const character of text) {
    used += unitsOf(character, encoding);
    if (used > ROOM[encoding].single) return kept;
    kept += character;
  }
  return kept;
}

function encodingOf(text: string): Encoding {
  for (const character of text) if (!BASIC.has(character) && !EXTENSION.has(character)) return "unicode";
  return "text";
}

function unitsOf(character: string, encoding: Encoding): number {
  if (encoding === "unicode") return character.length;
  return EXTENSION.has(character) ? 2 : 1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
