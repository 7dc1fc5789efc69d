/** Every status, for filters and faults. */
export const DELIVERY_STATUSES = [
  "Queued",
  "Dispatched",
  "Aborted",
  "Cancelled",
  "Rejected",
  "Deleted",
  "Delivered",
  "Failed",
  "Expired",
  "Unknown",
] as const;

/** What became of one message. Sinch may add more. */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What the fault `outcome` decides for the recipients of one batch. */
export interface ForcedOutcome {
  /** Keys of recipients (see `recipientKey`); undefined: everybody. */
  readonly recipients: ReadonlySet<number | string> | undefined;
  /** The share of these recipients that it strikes, 0 to 1. */
  readonly share: number;
  readonly status: DeliveryStatus;
  readonly code: number;
  /** How long after its dispatch the message ends so; undefined: as long as any other. */
  readonly afterMs: number | undefined;
}

/** Codes below 400 are the network's; these are Sinch's own. */
export const CODES = {
  delivered: 0,
  queued: 400,
  dispatched: 401,
  unmatchedParameter: 405,
  internalExpiry: 406,
  cancelled: 407,
  unmatchedDefaultOriginator: 410,
  exceededPartsLimit: 411,
} as const;

/** The status that goes with a code. What the codes 414 to 418 of media messages go with is not published: Failed. */
export function statusOfCode(code: number): DeliveryStatus {
  switch (code) {
    case CODES.delivered:
      return "Delivered";
    case CODES.queued:
      return "Queued";
    case CODES.dispatched:
      return "Dispatched";
    case CODES.cancelled:
      return "Cancelled";
    default:
      return code >= 402 && code <= 413 ? "Aborted" : "Failed";
  }
}

/** Whether nothing more happens to a message with this status. */
export function isFinal(status: DeliveryStatus): boolean {
  return status !== "Queued" && status !== "Dispatched";
}
