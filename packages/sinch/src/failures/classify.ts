import { isRefusal, readErrorBody } from "./error-body.ts";
import type { Failure } from "./outcome.ts";
import { retryAfterMs } from "./retry-after.ts";
import { isSinchCode } from "./sinch-code.ts";
import type { TransportAnswer, TransportFailure } from "../transport/transport.ts";

/** Codes of a 403 that speak of the account and not of the message. */
const ACCOUNT_CODES: ReadonlySet<string> = new Set(["blocked_account"]);

/** Statuses that mean: this plan cannot be used like this at all (wrong token, not paid, wrong plan, wrong host). */
const SET_UP_STATUSES: ReadonlySet<number> = new Set([401, 402, 404, 407]);

/** Statuses that Sinch documents as "cannot be done now" (500 and 503); all other 5xx say nothing about the batch. */
const DOCUMENTED_OUTAGES: ReadonlySet<number> = new Set([500, 503]);

/**
 * Turns an answer that is not a success, or no answer at all, into what it means for the batch.
 *
 * A status that nobody has documented falls back to its class, as Sinch asks (sinch-facts 5.1).
 *
 * @param answer - with a status outside 200 to 299, or none
 * @param now - to count a `Retry-After` date from
 * @param isNamed - whether the request names a thing by its ID: then a 404 says that there is no such thing, and
 *   otherwise that the plan or the host is wrong
 */
export function classify(answer: TransportAnswer | TransportFailure, now: Date, isNamed = false): Failure {
  if (answer.status === null) return classifyFailure(answer);
  const { status } = answer;
  const said = readErrorBody(answer.body);
  const detail = { status, code: said.code ?? `http_${status}`, text: said.text ?? `HTTP ${status}` };
  const retryAfter = retryAfterMs(answer.headers["retry-after"], now);
  if (isSetUp(answer, detail.code, isNamed)) return { kind: "unauthorized", ...detail };
  if (status === 429) return { kind: "throttled", retryAfterMs: retryAfter, ...detail };
  if (status === 408) return { kind: "unknown", ...detail };
  if (status >= 400 && status < 500) return { kind: "rejected", ...detail };
  if (DOCUMENTED_OUTAGES.has(status)) {
    return { kind: "unavailable", retryAfterMs: retryAfter, mayBeAccepted: true, ...detail };
  }
  if (status >= 300 && status < 400)
    return { kind: "unavailable", retryAfterMs: retryAfter, mayBeAccepted: false, ...detail };
  return { kind: "unknown", ...detail };
}

/**
 * A 403 is about the message only where the provider itself says so, with a code that it publishes or may publish
 * tomorrow. Anything else is the page of a gateway or a firewall in between, which would say so to every message.
 */
function isSetUp({ status, body }: TransportAnswer, code: string, isNamed: boolean): boolean {
  if (status === 403) return ACCOUNT_CODES.has(code) || !(isSinchCode(code) || isRefusal(body));
  return SET_UP_STATUSES.has(status) && !(status === 404 && isNamed);
}

function classifyFailure({ code, text, host, systemCode, wasWritten }: TransportFailure): Failure {
  const detail = { code, text, host, systemCode };
  if (wasWritten) return { kind: "unknown", ...detail };
  return { kind: "unavailable", ...detail, retryAfterMs: null, mayBeAccepted: false };
}
