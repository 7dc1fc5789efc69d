import { setTimeout as wait } from "node:timers/promises";
import { conceal } from "../failures/conceal.ts";
import { classify } from "../failures/classify.ts";
import type { Failure } from "../failures/outcome.ts";
import type { Transport } from "../transport/transport.ts";
import type { ProjectAuthentication } from "./authentication.ts";
import { readToken, type Token } from "./token.ts";

/** Asks for one token. */
export type RequestToken = (
  /** Until when somebody waits, in milliseconds of the monotonic clock; asked before each wait. */
  patienceMs: () => number,
  signal: AbortSignal,
) => Promise<Token | Failure>;

/** Where tokens come from. */
const TOKEN_HOST = "https://auth.sinch.com";

/**
 * The longest wait before each repetition, in milliseconds. The token host answers 429 when its bucket is empty (30
 * requests, 10 more a second) and does not say for how long; these are the waits of Sinch's own clients (sinch-facts 1.2).
 */
const WAITS_MS: readonly number[] = [1_000, 4_000, 16_000];

/** What a request for tokens needs of the world. */
export type TokenSource = {
  readonly authentication: ProjectAuthentication;
  readonly transport: Transport;
  readonly now: () => Date;
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
};

/** Where a project gets its tokens. */
export function tokenUrlOf({ authUrl = TOKEN_HOST }: Pick<ProjectAuthentication, "authUrl">): URL {
  return new URL("/oauth2/token", authUrl);
}

/**
 * Asks the token host with the project's key. Only its 429 is answered by asking again, with full jitter, while
 * somebody waits. Whatever it says, no message was sent.
 */
export function createTokenRequest({ authentication, transport, now, random }: TokenSource): RequestToken {
  const { keyId, keySecret } = authentication;
  const url = tokenUrlOf(authentication);
  const credentials = Buffer.from(`${keyId}:${keySecret}`).toString("base64");
  const request = {
    method: "POST",
    url: url.href,
    headers: {
      accept: "application/json",
      authorization: `Basic ${credentials}`,
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "volley",
    },
    body: "grant_type=client_credentials",
  } as const;
  const ask = async (signal: AbortSignal): Promise<Token | Failure> => {
    const askedAt = now();
    const answer = conceal(await transport(request, signal), [keySecret, credentials]);
    if (answer.status === null || answer.status < 200 || answer.status >= 300) {
      return tokenFailure(classify(answer, now()), url.host);
    }
    return readToken(answer.body, askedAt.getTime(), random()) ?? unreadable(answer.status, url.host);
  };
  return async (patienceMs, signal) => {
    for (const ceilingMs of WAITS_MS) {
      const answer = await ask(signal);
      if (!("kind" in answer) || answer.code !== "token_throttled") return answer;
      const asked = answer.kind === "unavailable" ? answer.retryAfterMs : null;
      const delayMs = Math.max(asked ?? 0, random() * ceilingMs);
      if (performance.now() + delayMs >= patienceMs()) return answer;
      // Woken early when the client is closed: the next request then ends at once.
      await wait(delayMs, undefined, { signal }).catch(() => {});
    }
    return ask(signal);
  };
}

/** Codes that say what is wrong with the token host more closely than that it is not there. */
const CLOSER_CODES: ReadonlySet<string> = new Set(["unknown_host", "wrong_certificate"]);

/** What became of the wish for a token says nothing about the message, but that it was not sent. */
function tokenFailure(failure: Failure, tokenHost: string): Failure {
  const text = `token host: ${failure.text}`;
  const { status, systemCode, host = tokenHost } = failure;
  const detail = { text, host, status, systemCode };
  const unavailable = { kind: "unavailable", ...detail, mayBeAccepted: false } as const;
  switch (failure.kind) {
    case "rejected":
    case "unauthorized":
      return { kind: "unauthorized", ...detail, status: failure.status, code: "token_refused" };
    case "throttled":
      return { ...unavailable, code: "token_throttled", retryAfterMs: failure.retryAfterMs };
    case "unavailable": {
      const code = CLOSER_CODES.has(failure.code) ? failure.code : "token_unavailable";
      return { ...unavailable, code, retryAfterMs: failure.retryAfterMs };
    }
    case "unknown":
      return { ...unavailable, code: "token_unavailable", retryAfterMs: null };
  }
}

function unreadable(status: number, host: string): Failure {
  const detail = { code: "token_unavailable", text: `token host: HTTP ${status} without a token`, status, host };
  return { kind: "unavailable", ...detail, retryAfterMs: null, mayBeAccepted: false };
}
