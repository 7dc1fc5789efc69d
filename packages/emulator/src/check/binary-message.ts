/** Sinch: body and header of a binary message together, whichever way it goes. */
export const MAX_BINARY_BYTES = 140;

// Whole groups are counted apart: a pattern that repeats groups exhausts the stack on a text of some million characters.
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const HEX = /^[0-9A-Fa-f]*$/;

/** Whether a text can be the body of a binary message. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && BASE64.test(text);
}

/** Whether a text can be the header of a binary message: hexadecimal, and whole bytes. */
export function isHex(text: string): boolean {
  return text.length % 2 === 0 && HEX.test(text);
}

/** How many bytes a body in Base64 and a header in hexadecimal have together. */
export function binaryBytes(body: string, header: string): number {
  return Buffer.byteLength(body, "base64") + header.length / 2;
}
