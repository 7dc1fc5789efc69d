import type { Problem } from "@volley/contract";

/** Stable codes of what can go wrong beside the send itself (`VOLLEY_INVALID_SEND` is the contract's). */
export type ProducerErrorCode =
  /** The region's name cannot be one. */
  | "VOLLEY_INVALID_REGION"
  /** The routes of `region: "auto"` are wrong. */
  | "VOLLEY_INVALID_ROUTES"
  /** There is no idempotency key, or it is too long. */
  | "VOLLEY_INVALID_IDEMPOTENCY_KEY"
  /** The key was used for a send with other content. */
  | "VOLLEY_IDEMPOTENCY_CONFLICT"
  /** Somebody got the same text a while ago. */
  | "VOLLEY_DUPLICATES"
  /** Redis did not answer in time. Nothing is known to be enqueued; the same call with the same key is safe. */
  | "VOLLEY_REDIS_UNAVAILABLE"
  /** Redis will not do what it is asked for, whenever it is asked: its user lacks a right, or it is too old. */
  | "VOLLEY_REDIS_REFUSED"
  /** Redis holds as much as it may. */
  | "VOLLEY_REDIS_FULL"
  /** There is no such send, or it is no longer kept. */
  | "VOLLEY_UNKNOWN_SEND"
  /** The send has not ended yet. */
  | "VOLLEY_SEND_NOT_SETTLED"
  /** Nobody is left whom this could be done for. */
  | "VOLLEY_NOBODY_LEFT"
  /** It is written down and will be done, but no worker has answered in time. */
  | "VOLLEY_WORKER_SILENT"
  /** More messages than may be are waiting to be queued. */
  | "VOLLEY_TOO_MANY_WAITING"
  /** A cursor is none that a page has given. */
  | "VOLLEY_INVALID_CURSOR"
  /** A region's limit cannot be that. */
  | "VOLLEY_INVALID_LIMIT"
  /** What an endpoint for events is to be cannot be. */
  | "VOLLEY_INVALID_ENDPOINT"
  /** There is no such endpoint. */
  | "VOLLEY_UNKNOWN_ENDPOINT"
  /** There are as many endpoints as may be. */
  | "VOLLEY_TOO_MANY_ENDPOINTS"
  /** The endpoint is disabled. */
  | "VOLLEY_ENDPOINT_DISABLED"
  /** No process that delivers events has answered in time. */
  | "VOLLEY_RELAY_SILENT"
  /** Somebody cannot be put on the suppression list like that. */
  | "VOLLEY_INVALID_SUPPRESSION"
  /** The suppression list was written with another secret, or without one. */
  | "VOLLEY_SUPPRESSION_SECRET"
  /** What stands in Redis in place of the suppression list cannot be read, or has no version. */
  | "VOLLEY_SUPPRESSION_UNREADABLE"
  /** Too few replicas of Redis have a change of the suppression list: it may be kept or lost. The same call is safe. */
  | "VOLLEY_SUPPRESSION_UNCONFIRMED"
  /** What a key of the HTTP API is to be cannot be. */
  | "VOLLEY_INVALID_API_KEY"
  /** There is no such key, or it has ended. */
  | "VOLLEY_UNKNOWN_API_KEY"
  /** There are as many keys as may be. */
  | "VOLLEY_TOO_MANY_API_KEYS"
  /** The producer was closed. */
  | "VOLLEY_PRODUCER_CLOSED";

/** What a {@link ProducerError} may say besides. */
type ProducerErrorDetails = ErrorOptions & { readonly differs?: readonly Problem[] };

/** The one error of this package. */
export class ProducerError extends Error {
  override readonly name = "ProducerError";
  readonly code: ProducerErrorCode;
  /**
   * Of `VOLLEY_IDEMPOTENCY_CONFLICT`: the fields of the send that are not as they were when its key was used before, as far as
   * that is still known. Never their values.
   */
  readonly differs: readonly Problem[] | undefined;

  constructor(code: ProducerErrorCode, message: string, { differs, ...options }: ProducerErrorDetails = {}) {
    super(message, options);
    this.code = code;
    this.differs = differs;
  }
}

/** Whether an error is one of this package, with that code. */
export function hasCode(error: unknown, code: ProducerErrorCode): error is ProducerError {
  return error instanceof ProducerError && error.code === code;
}
