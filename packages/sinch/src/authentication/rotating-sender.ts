import type { Failure } from "../failures/outcome.ts";
import type { TransportAnswer, TransportFailure } from "../transport/transport.ts";
import type { Authentication } from "./authentication.ts";
import type { Sender } from "./sender.ts";

/** The secrets of an account, as far as they may change while it is used. */
export type Secrets = { readonly apiToken?: string; readonly keyId?: string; readonly keySecret?: string };

/**
 * Gives the secrets of this moment; it is asked before every request.
 *
 * @param isRefused - those that it gave last were refused: it is time to look closely
 */
export type CurrentSecrets = (isRefused: boolean) => Secrets;

type Using = { readonly authentication: Authentication; readonly sender: Sender };

/**
 * Sends with the secrets of the moment. Where they were replaced, a request on its way may still carry the old ones, and is
 * turned away with a 401: it is made once more with the new ones, also where it creates something, since a refused request
 * has created nothing.
 *
 * @param timeoutMs - for both together
 */
export function createRotatingSender(
  authentication: Authentication,
  current: CurrentSecrets,
  create: (authentication: Authentication) => Sender,
  timeoutMs: number,
): Sender {
  // All of them stay open to the end: requests may be on their way with any.
  const used: [Using, ...Using[]] = [{ authentication, sender: create(authentication) }];
  const senderNow = (isRefused: boolean): Sender => {
    const next: Authentication = { ...authentication, ...current(isRefused) };
    if (!isSame(next, used[0].authentication)) used.unshift({ authentication: next, sender: create(next) });
    return used[0].sender;
  };
  return {
    send: async (request, signal) => {
      const untilMs = performance.now() + Math.min(timeoutMs, request.timeoutMs ?? timeoutMs);
      const first = senderNow(false);
      const answer = await first.send(request, signal);
      if (!isRefusal(answer)) return answer;
      const second = senderNow(true);
      const leftMs = Math.floor(untilMs - performance.now());
      return second === first || leftMs <= 0 ? answer : second.send({ ...request, timeoutMs: leftMs }, signal);
    },
    close: () => {
      for (const { sender } of used) sender.close();
    },
  };
}

function isSame(one: Authentication, other: Authentication): boolean {
  return Object.entries(one).every(([name, value]) => Reflect.get(other, name) === value);
}

function isRefusal(answer: TransportAnswer | TransportFailure | Failure): boolean {
  return "kind" in answer ? answer.kind === "unauthorized" : answer.status === 401;
}
