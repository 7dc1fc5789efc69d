/** What one request to the provider came to. Exactly one of these, never an exception. */
export type Outcome = Accepted | Failure;

/** The provider took the batch into its queue. */
export type Accepted = {
  readonly kind: "accepted";
  readonly batchId: string;
  /** ISO-8601, the provider's clock where it gives one. */
  readonly acceptedAt: string;
};

/** Every way in which a request did not get a usable answer. */
export type Failure = Rejected | Throttled | Unauthorized | Unavailable | Unknown;

/** Refused for what it says: the same request will be refused again. */
export type Rejected = Detail & { readonly kind: "rejected"; readonly status: number };

/** Too many requests are outstanding (429). Not accepted. */
export type Throttled = Detail & { readonly kind: "throttled"; readonly retryAfterMs: number | null };

/**
 * The region's set-up is refused (401, blocked account, no such plan, a firewall in between): nothing is wrong with the
 * message. Not accepted.
 */
export type Unauthorized = Detail & { readonly kind: "unauthorized"; readonly status: number };

/** The provider cannot be reached or says that it cannot work now. */
export type Unavailable = Detail & {
  readonly kind: "unavailable";
  readonly retryAfterMs: number | null;
  /** Whether the request was on its way, so that the provider may have taken it after all. */
  readonly mayBeAccepted: boolean;
};

/** The request may have been accepted and nobody has said so: a timeout, a reset, a 502, an answer that makes no sense. */
export type Unknown = Detail & { readonly kind: "unknown" };

/** Why, for people and for tests. `text` is the provider's own and may name a recipient: it belongs in results only. */
type Detail = {
  /** Stable: the provider's `code`, or one of Volley's such as `timeout`, `http_502`, `connect_failed`. */
  readonly code: string;
  readonly text: string;
  /** Of the answer, where there was one. */
  readonly status?: number | undefined;
  /** The host, with its port, that gave no answer, where it was not the provider's that was to: a proxy, a token host. */
  readonly host?: string | undefined;
  /** The system's own code for it: `ECONNREFUSED`, `CERT_HAS_EXPIRED`, … */
  readonly systemCode?: string | undefined;
};

/** Whether the provider may have accepted the batch although it did not say so. */
export function mayBeAccepted(outcome: Outcome): boolean {
  return outcome.kind === "unknown" || (outcome.kind === "unavailable" && outcome.mayBeAccepted);
}
