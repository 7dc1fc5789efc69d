/** A part of a text: from a place up to another one. */
export type Span = { readonly from: number; readonly to: number };

/** A shorter piece of Base64 stands in a page by chance. */
const SHORTEST_BASE64 = 8;

/**
 * Where a secret stands in a text: as it is, in capitals or not, and inside of whatever is written in Base64, such as a
 * whole header, in either of its alphabets.
 *
 * No pattern is made of the secret: one that knew all ways to write it had hundreds of kilobytes, and took 15 ms of each
 * answer and most of a second of the first ones.
 *
 * @param text - each byte of it as a character, as the secret
 */
export function placesOf(secret: string, text: string): Span[] {
  const plain = text.toLowerCase();
  const base64 = plain.replaceAll("-", "+").replaceAll("_", "/");
  return [
    ...spansOf(secret.toLowerCase(), plain),
    ...insideBase64(secret).flatMap((piece) => spansOf(piece.toLowerCase(), base64)),
  ];
}

function spansOf(piece: string, text: string): Span[] {
  const spans: Span[] = [];
  for (let from = text.indexOf(piece); from >= 0; from = text.indexOf(piece, from + piece.length)) {
    spans.push({ from, to: from + piece.length });
  }
  return spans;
}

/** A text in Base64 depends on what stands before it by its place among three bytes, and on that for its ends alone. */
function insideBase64(secret: string): string[] {
  const bytes = Buffer.from(secret, "latin1");
  return [0, 1, 2]
    .map((before) => {
      const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
      return base64.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    })
    .filter(({ length }) => length >= SHORTEST_BASE64);
}
