import { createCipheriv, createHmac, hkdfSync } from "node:crypto";
import { valuesOfNumbers } from "@volley/contract";

/** Turns numbers into what stands for them in the list. */
export type Numbering = {
  /**
   * By which secret it does so, in a few characters that tell nothing of it. A list is of one of them: whoever has another
   * one would find nobody in it.
   */
  readonly keyId: string;
  /** Whether numbers stand in the list as hashes, which nobody turns back into numbers. */
  readonly isHashed: boolean;
  /**
   * What stands for each of some recipients: an integer from 1 to 2^53 - 1. `NaN` stands for a group: whom it is to, nobody
   * here knows.
   *
   * @param values - of `valuesOfNumbers`, which stay as they are
   */
  readonly tokensOf: (values: Float64Array) => Float64Array;
  /** Where numbers stand in clear: what stands for those who were forgotten, and are suppressed all the same. */
  readonly hidden: Numbering | null;
};

const BLOCK = 16;
const SALT = "volley:suppression";

/** 21 bits beside 32 make a number that a double holds to the last digit. */
const HIGH_BITS = 2 ** 21 - 1;
const HIGH = 2 ** 32;

/** From here on are the tokens of those who were forgotten in a list in clear: no number has so many bits. */
const HIDDEN = 2 ** 52;

/** By which secret a list in clear is. */
export const CLEAR = "clear";

/**
 * Nobody keeps this secret: whoever has the list turns such a hash back by trying all numbers. It keeps a number from standing
 * there, as somebody has asked for; who wants more sets a secret.
 */
const HIDDEN_SECRET = "volley:forgotten";

/**
 * Without a secret a number stands for itself. With one it is a keyed hash: the number as one block of AES-256 under a key
 * that is made from the secret, cut to 53 bits. A thousand of them take less time than one HMAC, which matters where each
 * recipient of each request is looked up; and of a cut block nothing is had back, even by whoever has the secret, but by
 * trying all numbers. Two numbers have the same hash with a probability of 1 to 10^16.
 */
export function createNumbering(secret?: string): Numbering {
  if (secret === undefined) return clear();
  return { keyId: keyIdOf(secret), isHashed: true, tokensOf: hashing(secret), hidden: null };
}

function clear(): Numbering {
  const hash = hashing(HIDDEN_SECRET);
  const hide = (values: Float64Array): Float64Array => {
    const tokens = hash(values);
    for (let place = 0; place < tokens.length; place += 1) {
      const token = tokens[place] ?? Number.NaN;
      if (token < HIDDEN) tokens[place] = token + HIDDEN;
    }
    return tokens;
  };
  const own = { keyId: CLEAR, tokensOf: (values: Float64Array) => values };
  return { ...own, isHashed: false, hidden: { ...own, isHashed: true, tokensOf: hide, hidden: null } };
}

/** Whether a token of a list in clear is that of somebody who was forgotten. */
export function isHidden(token: number): boolean {
  return token >= HIDDEN;
}

function keyIdOf(secret: string): string {
  return createHmac("sha256", secret).update(SALT).digest("base64url").slice(0, 11);
}

function hashing(secret: string): Numbering["tokensOf"] {
  const key = Buffer.from(hkdfSync("sha256", secret, SALT, "numbers", 32));
  // Each block by itself, so that one cipher does for all.
  const cipher = createCipheriv("aes-256-ecb", key, null);
  // Of each block the second half stays empty.
  let blocks = new DataView(new ArrayBuffer(0));
  return (values) => {
    const count = values.length;
    if (blocks.byteLength < count * BLOCK) blocks = new DataView(new ArrayBuffer(count * BLOCK));
    for (let place = 0; place < count; place += 1) blocks.setFloat64(place * BLOCK, values[place] ?? 0, true);
    const { buffer, byteOffset, byteLength } = cipher.update(new Uint8Array(blocks.buffer, 0, count * BLOCK));
    const hashed = new DataView(buffer, byteOffset, byteLength);
    const tokens = new Float64Array(count);
    for (let place = 0; place < count; place += 1) {
      tokens[place] = Number.isNaN(values[place]) ? Number.NaN : tokenAt(hashed, place * BLOCK);
    }
    return tokens;
  };
}

/** What stands for one recipient. */
export function tokenOf(number: string, { tokensOf }: Numbering): number {
  return tokensOf(valuesOfNumbers([number]))[0] ?? Number.NaN;
}

function tokenAt(blocks: DataView, at: number): number {
  return (blocks.getUint32(at, true) & HIGH_BITS) * HIGH + blocks.getUint32(at + 4, true) || 1;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-";
const DIGITS = new Map(Array.from(ALPHABET, (character, digit) => [character.charCodeAt(0), digit]));

/** Characters of a token in Redis: six bits each. */
export const TOKEN_LENGTH = 9;

/** A token as it stands in Redis. */
export function writeToken(token: number): string {
  let text = "";
  for (let rest = token; text.length < TOKEN_LENGTH; rest = Math.floor(rest / 64))
    text = ALPHABET.charAt(rest % 64) + text;
  return text;
}

/** Reads what {@link writeToken} has written, at the beginning of a text. @returns `NaN` for anything else */
export function readToken(text: string): number {
  let token = 0;
  for (let place = 0; place < TOKEN_LENGTH; place += 1) {
    token = token * 64 + (DIGITS.get(text.charCodeAt(place)) ?? Number.NaN);
  }
  return token;
}
