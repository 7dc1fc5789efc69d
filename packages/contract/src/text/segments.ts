import { PLACEHOLDER } from "./placeholders.ts";
import type { Parameters } from "../recipients/read-parameters.ts";

/** How long a text is on the air. */
export type TextSize = {
  /** The provider picks it: one character outside GSM 03.38 makes the whole message Unicode. */
  readonly encoding: "gsm-7" | "ucs-2";
  /** Septets of GSM-7, where a character of the extension table takes two, or UTF-16 code units of UCS-2. */
  readonly units: number;
  /** Messages on the air, at least 1. The provider's limits and prices are per segment. */
  readonly segments: number;
};

/** GSM 03.38, the basic character set. */
const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/** GSM 03.38, the extension table: each is an escape and a septet. */
const EXTENSION = "\f^{}\\[~]|€";

/** What fits: alone, and in each of several segments, which lose the room of a header (sinch-facts 11). */
const ROOM = { "gsm-7": { single: 160, each: 153 }, "ucs-2": { single: 70, each: 67 } } as const;

/** Septets of every UTF-16 code unit; 0 for what is not in GSM 03.38. */
const SEPTETS = septets();

/**
 * How many messages on the air a text takes, by the rules of GSM 03.38 and 03.40: 160 septets alone and 153 in each of
 * several segments, or 70 and 67 UTF-16 code units. A character of two septets, and a surrogate pair, never stands with one
 * half in each of two segments, so that a segment may stay one unit short.
 */
export function countSegments(text: string): TextSize {
  let units = 0;
  for (let at = 0; at < text.length; at += 1) {
    const size = SEPTETS[text.charCodeAt(at)] ?? 0;
    if (size === 0) return counted("ucs-2", text.length, text, pairLength);
    units += size;
  }
  return counted("gsm-7", units, text, septetsOf);
}

/**
 * The first character that makes a text Unicode, and with it more than twice as expensive: a curly quote, an emoji.
 *
 * @returns `null` for a text that is in GSM 03.38
 */
export function firstUnicodeCharacter(text: string): { readonly character: string; readonly index: number } | null {
  for (let index = 0; index < text.length; index += 1) {
    if (SEPTETS[text.charCodeAt(index)] !== 0) continue;
    return { character: String.fromCodePoint(text.codePointAt(index) ?? 0), index };
  }
  return null;
}

/**
 * The text that one recipient gets. As at the provider, a text without any parameters is taken as it stands, and so is a
 * placeholder of a send that has others: whoever has neither value nor default for one is not texted at all.
 *
 * @param recipient - as it goes over the wire
 */
export function textFor(body: string, parameters: Parameters, recipient: string): string {
  if (parameters.size === 0 || !body.includes("${")) return body;
  return body.replace(PLACEHOLDER, (_, key: string) => {
    const values = parameters.get(key);
    return values?.get(recipient) ?? values?.get("default") ?? "";
  });
}

/** @param sizeAt - units of the character that begins there; the characters that do not begin anywhere are skipped */
function counted(
  encoding: TextSize["encoding"],
  units: number,
  text: string,
  sizeAt: (text: string, at: number) => number,
): TextSize {
  const { single, each } = ROOM[encoding];
  if (units <= single) return { encoding, units, segments: 1 };
  let segments = 1;
  let filled = 0;
  for (let at = 0; at < text.length; at += encoding === "ucs-2" ? sizeAt(text, at) : 1) {
    const size = sizeAt(text, at);
    if (filled + size > each) {
      segments += 1;
      filled = 0;
    }
    filled += size;
  }
  return { encoding, units, segments };
}

function septetsOf(text: string, at: number): number {
  return SEPTETS[text.charCodeAt(at)] ?? 0;
}

/** 2 for a surrogate pair, 1 for everything else, a lonely surrogate too. */
function pairLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function septets(): Uint8Array {
  const table = new Uint8Array(0x1_0000);
  for (const character of BASIC) table[character.charCodeAt(0)] = 1;
  for (const character of EXTENSION) table[character.charCodeAt(0)] = 2;
  return table;
}
