import type { TransportAnswer, TransportFailure } from "../transport/transport.ts";
import { readPage } from "./plain-page.ts";
import { placesOf, type Span } from "./secret-places.ts";

/** What stands in the place of a secret. */
const CONCEALED = "[concealed]";

/** A character as JSON may write it; behind several backslashes where one JSON is a text of another. */
const ESCAPE = /(?<!\\)\\+(?:u([\da-fA-F]{4})|\/)/g;

/** Characters that JSON has to escape. */
const HAS_TO_BE_ESCAPED = /["\\\p{Cc}]/u;

/**
 * Takes secrets out of an answer. Whatever stands between us and the provider may show a request in its error page, and
 * the page's text becomes the failure's. Whoever reads the body decodes it and shortens it later: so a secret is found
 * here however JSON, HTML, a URL or Base64 writes it, and as a whole. (One that has a backslash of its own, which no token
 * and no Basic credentials have, is found as it is usually written.)
 *
 * A success is the provider's own, and is sent a thousand times a second: there a secret is looked for as it is.
 */
export function conceal(
  answer: TransportAnswer | TransportFailure,
  secrets: readonly string[],
): TransportAnswer | TransportFailure {
  if (answer.status === null) return answer;
  const known = secrets.filter((secret) => secret !== "");
  if (answer.status >= 200 && answer.status < 300) {
    if (!known.some((secret) => answer.body.includes(secret))) return answer;
    return { ...answer, body: known.reduce((body, secret) => body.replaceAll(secret, CONCEALED), answer.body) };
  }
  const plain = plainly(answer.body);
  const body = known.reduce((text, secret) => text.replaceAll(escaped(secret), CONCEALED), plain);
  return { ...answer, body: withoutSecrets(body, known) };
}

/** Takes secrets out that are written as URLs, HTML or Base64 write them. */
function withoutSecrets(body: string, secrets: readonly string[]): string {
  const bytes = asBytes(body);
  const { text, originOf } = readPage(bytes);
  const places = secrets.flatMap((secret) => placesOf(asBytes(secret), text));
  if (places.length === 0) return body;
  let left = "";
  let behind = 0;
  for (const { from, to } of united(places)) {
    left += bytes.slice(behind, originOf(from)) + CONCEALED;
    behind = originOf(to);
  }
  return Buffer.from(left + bytes.slice(behind), "latin1").toString();
}

function united(places: readonly Span[]): Span[] {
  const spans: Span[] = [];
  for (const { from, to } of places.toSorted((one, other) => one.from - other.from)) {
    const last = spans.at(-1);
    if (last && from < last.to) spans[spans.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else spans.push({ from, to });
  }
  return spans;
}

/** Each byte of a text as a character. */
function asBytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** The same JSON with each character written in the shortest way. */
function plainly(body: string): string {
  return body.replaceAll(ESCAPE, (written, hex: string | undefined) => {
    const character = hex === undefined ? "/" : String.fromCharCode(Number.parseInt(hex, 16));
    if (!HAS_TO_BE_ESCAPED.test(character)) return character;
    return written.lastIndexOf("\\") === 0 ? escaped(character) : written;
  });
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
