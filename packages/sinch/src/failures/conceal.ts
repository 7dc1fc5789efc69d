import type { TransportAnswer, TransportFailure } from "../transport/transport.ts";
import { spellingsOf } from "./spellings.ts";

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
  let body = plainly(answer.body);
  for (const secret of known) {
    body = body.replaceAll(escaped(secret), CONCEALED).replaceAll(spellingsOf(secret), CONCEALED);
  }
  return { ...answer, body };
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
