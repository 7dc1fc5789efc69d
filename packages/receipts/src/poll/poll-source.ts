/** Why a call brought nothing; the kinds are the provider client's. */
export type PollFailure = {
  readonly kind: "rejected" | "throttled" | "unauthorized" | "unavailable" | "unknown";
  readonly code: string;
  readonly retryAfterMs?: number | null;
};

/** What a call brought. */
export type PollAnswer<T> = { readonly kind: "ok"; readonly value: T } | PollFailure;

type Window = { readonly start_date: Date; readonly end_date: Date };

type Options = { readonly signal: AbortSignal };

type List = (window: Window, options: Options) => AsyncGenerator<PollAnswer<object>>;

/** The provider, as far as it is asked for what has happened: the client of `@volley/sinch` is one. */
export type PollSource = {
  readonly deliveryReports: {
    /** Every finished report within the window, in whatever order; a failure is the last entry. */
    readonly all: List;
    readonly ofBatch: (
      id: string,
      query: { readonly type: "summary" | "full" },
      options: Options,
    ) => Promise<PollAnswer<object>>;
  };
  readonly inbounds: { readonly all: List };
};

/** What is read. */
export const POLL_KINDS = ["inbounds", "reports", "batches"] as const;

export type PollKind = (typeof POLL_KINDS)[number];
