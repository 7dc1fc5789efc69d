import type { AnswerLimits } from "./read-answer.ts";
import type { ConnectionSettings } from "./connections.ts";
import type { Transport, TransportRequest } from "./transport.ts";

/** A transport and the connections that it keeps open. */
export type HttpTransport = { readonly send: Transport; readonly close: () => void };

/** How a transport differs from the usual one. */
export type HttpTransportOptions = ConnectionSettings & {
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
  /** An answer of which more would be kept is not read to its end. @default 67108864 */
  readonly maxAnswerBytes?: number;
};

/**
 * 64 MiB. Sinch repeats the values of a batch in its answers: those of a thousand recipients, of 1,600 characters each,
 * are up to 9.6 MB for each placeholder of the text.
 */
const MAX_ANSWER_BYTES = 64 * 1_024 * 1_024;

/**
 * 8 MiB where those values may be left out, so that many answers at once cost no more memory than a worker has: a page of
 * a hundred batches with a thousand recipients each is a quarter of it.
 */
const MAX_SPARING_BYTES = 8 * 1_024 * 1_024;

/** Shorter than the whole deadline, so that a host that does not answer is told apart from a request without answer. */
export function connectMsOf({ timeoutMs }: HttpTransportOptions): number {
  return Math.ceil(timeoutMs / 2);
}

/** How much of the answer to a request is waited for. */
export function limitsFor({
  timeoutMs: usualMs,
  maxAnswerBytes = MAX_ANSWER_BYTES,
}: HttpTransportOptions): (request: TransportRequest) => AnswerLimits {
  const sparingBytes = Math.min(maxAnswerBytes, MAX_SPARING_BYTES);
  return ({ spare, timeoutMs = usualMs }) =>
    spare === undefined ? { timeoutMs, maxBytes: maxAnswerBytes } : { timeoutMs, maxBytes: sparingBytes, spare };
}
