import { conceal } from "../failures/conceal.ts";
import type { Failure } from "../failures/outcome.ts";
import type { TransportAnswer, TransportFailure } from "../transport/transport.ts";
import { createTokenRequest, type TokenSource, tokenUrlOf } from "./request-token.ts";
import { type OpenRequest, type Sender, senderHeaders } from "./sender.ts";
import { createSharedToken } from "./shared-token.ts";

/**
 * A token that is refused without a word about its age may have been revoked. One that is older than this is not used
 * again, so that a key that is good brings a suspended region back; a younger one was just given for that key.
 */
const REVOKED_AFTER_MS = 60_000;

type Answer = TransportAnswer | TransportFailure | Failure;

/**
 * Sends with a token of the project, within one deadline for the token and the request together. An answer that says
 * that the token has expired proves that the request was turned away at the door: it is repeated once with a fresh one,
 * also where it creates something.
 */
export function createProjectSender(source: TokenSource, timeoutMs: number): Sender {
  const tokenHost = tokenUrlOf(source.authentication).host;
  const tokens = createSharedToken(createTokenRequest(source), source.now);
  const attempt = async (
    request: OpenRequest,
    untilMs: number,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly answer: Answer; readonly isExpired: boolean }> => {
    const token = await tokens.get({ untilMs, signal });
    // Whoever has waited in vain does not know for whom.
    if ("kind" in token) return { answer: { ...token, host: token.host ?? tokenHost }, isExpired: false };
    const leftMs = Math.floor(untilMs - performance.now());
    if (leftMs <= 0) return { answer: NO_TIME, isExpired: false };
    const { bare, withBody } = senderHeaders(token.value);
    const headers = request.body === undefined ? bare : withBody;
    const answer = await source.transport({ ...request, headers, timeoutMs: leftMs }, signal);
    const isExpired = saysExpired(answer);
    const isPerhapsRevoked = answer.status === 401 && source.now().getTime() - token.requestedAtMs >= REVOKED_AFTER_MS;
    if (isExpired || isPerhapsRevoked) tokens.drop(token);
    return { answer: conceal(answer, [token.value]), isExpired };
  };
  return {
    send: async (request, signal) => {
      const untilMs = performance.now() + Math.min(timeoutMs, request.timeoutMs ?? timeoutMs);
      const first = await attempt(request, untilMs, signal);
      return first.isExpired ? (await attempt(request, untilMs, signal)).answer : first.answer;
    },
    close: tokens.close,
  };
}

const NO_TIME: Failure = {
  kind: "unavailable",
  code: "timeout",
  text: "no time left for the request",
  retryAfterMs: null,
  mayBeAccepted: false,
};

/** How Sinch tells a token that has expired from one that it does not like (sinch-facts 1.2). */
function saysExpired(answer: TransportAnswer | TransportFailure): boolean {
  if (answer.status !== 401) return false;
  const challenge = answer.headers["www-authenticate"] ?? "";
  return String(challenge).toLowerCase().includes("expired");
}
