import type { DisabledReason } from "@volley/endpoints";

/** What became of an event at an endpoint: taken, given up after the last try, or dropped by the stream before that. */
export type EventEnd = "delivered" | "given_up" | "missed";

/** Hears of what happens. Told nothing that is in an event, an answer or a URL. */
export type EndpointObserver = {
  readonly attempted: (endpoint: string, outcome: "delivered" | "failed" | "gone") => void;
  readonly ended: (endpoint: string, end: EventEnd) => void;
  readonly disabled: (endpoint: string, reason: DisabledReason) => void;
};
