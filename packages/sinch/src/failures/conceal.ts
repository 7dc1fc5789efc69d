import type { TransportAnswer, TransportFailure } from "../transport/transport.ts";

/** What stands in the place of a secret. */
const CONCEALED = "[concealed]";

/**
 * Takes secrets out of an answer that is not a success. Whatever stands between us and the provider may show a request
 * in its error page, and the page's text becomes the failure's.
 */
export function conceal(
  answer: TransportAnswer | TransportFailure,
  secrets: readonly string[],
): TransportAnswer | TransportFailure {
  if (answer.status === null || (answer.status >= 200 && answer.status < 300)) return answer;
  let { body } = answer;
  for (const secret of secrets) {
    if (secret !== "") body = body.replaceAll(secret, CONCEALED);
  }
  return { ...answer, body };
}
