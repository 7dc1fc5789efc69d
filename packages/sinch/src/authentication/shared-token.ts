import type { Failure } from "../failures/outcome.ts";
import type { RequestToken } from "./request-token.ts";
import type { Token } from "./token.ts";

/** How long a call waits for a token. */
type Patience = {
  /** In milliseconds of the monotonic clock. */
  readonly untilMs: number;
  readonly signal: AbortSignal | undefined;
};

/** One token for all calls. */
export type SharedToken = {
  /** The present token without waiting where there is one. */
  readonly get: (patience: Patience) => Promise<Token | Failure>;
  /** The provider says that this token has expired: it is not given out again. */
  readonly drop: (token: Token) => void;
  readonly close: () => void;
};

/** How long a renewal that failed is not tried again, while the old token still serves. */
const RENEWAL_PAUSE_MS = 10_000;

/** How long a renewal may go on while nobody waits for it. */
const RENEWAL_PATIENCE_MS = 10_000;

/**
 * Keeps one token and asks for the next one before it ends. However many calls want one, one request is made: the token
 * host's bucket is small, and clients that all asked for themselves have emptied it (sinch-facts 12.7). A call that
 * cannot wait any longer leaves the others waiting.
 */
export function createSharedToken(request: RequestToken, now: () => Date): SharedToken {
  const closing = new AbortController();
  let present: Token | null = null;
  let quietUntilMs = 0;
  let pending: { readonly answer: Promise<Token | Failure>; untilMs: number } | null = null;

  const renew = (untilMs: number): Promise<Token | Failure> => {
    if (pending) {
      pending.untilMs = Math.max(pending.untilMs, untilMs);
      return pending.answer;
    }
    const ask = async (): Promise<Token | Failure> => {
      const answer = await request(() => pending?.untilMs ?? 0, closing.signal).finally(() => {
        pending = null;
      });
      if ("kind" in answer) quietUntilMs = now().getTime() + RENEWAL_PAUSE_MS;
      else present = answer;
      return answer;
    };
    // Begun a tick later, when `pending` is set: a transport may answer at once.
    pending = { untilMs, answer: Promise.resolve().then(ask) };
    return pending.answer;
  };

  return {
    get: async ({ untilMs, signal }) => {
      const nowMs = now().getTime();
      if (present && nowMs < present.expiresAtMs) {
        if (nowMs >= present.renewAtMs && nowMs >= quietUntilMs) void renew(performance.now() + RENEWAL_PATIENCE_MS);
        return present;
      }
      return patiently(renew(untilMs), { untilMs, signal });
    },
    drop: (token) => {
      if (present === token) present = null;
    },
    close: () => closing.abort(),
  };
}

async function patiently(answer: Promise<Token | Failure>, { untilMs, signal }: Patience): Promise<Token | Failure> {
  if (signal?.aborted) return impatient("aborted", "given up");
  return new Promise((resolve) => {
    const end = (result: Token | Failure): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", giveUp);
      resolve(result);
    };
    const giveUp = (): void => end(impatient("aborted", "given up"));
    const timer = setTimeout(() => end(impatient("timeout", "no token in time")), untilMs - performance.now());
    signal?.addEventListener("abort", giveUp);
    void answer.then(end);
  });
}

/** Nothing was sent: not even the credentials were there. */
function impatient(code: string, text: string): Failure {
  return { kind: "unavailable", code, text, retryAfterMs: null, mayBeAccepted: false };
}
