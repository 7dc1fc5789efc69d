import type { TransportAnswer, TransportFailure } from "../transport/transport.ts";

/** What stands in the place of a secret. */
const CONCEALED = "[concealed]";

/** A character as JSON may write it; behind several backslashes where one JSON is a text of another. */
const ESCAPE = /(?<!\\)\\+(?:u([\da-fA-F]{4})|\/)/g;

/** Characters that JSON has to escape. */
const HAS_TO_BE_ESCAPED = /["\\\p{Cc}]/u;

/**
 * Takes secrets out of an answer that is not a success. Whatever stands between us and the provider may show a request
 * in its error page, and the page's text becomes the failure's. Whoever reads the body decodes it and shortens it later:
 * so a secret is found here however JSON writes it, and as a whole. (One that has a backslash of its own, which no token
 * and no Basic credentials have, is found as it is usually written.)
 */
export function conceal(
  answer: TransportAnswer | TransportFailure,
  secrets: readonly string[],
): TransportAnswer | TransportFailure {
  if (answer.status === null || (answer.status >= 200 && answer.status < 300)) return answer;
  let body = plainly(answer.body);
  for (const secret of secrets.filter((each) => each !== "")) {
    for (const spelling of [escaped(secret), secret]) body = body.replaceAll(spelling, CONCEALED);
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
