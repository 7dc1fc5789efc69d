/**
 * The statuses that the provider publishes, as the wire writes them. Their places stand in Redis: new ones go to the end, and
 * there are at most sixteen.
 */
export const STATUSES = [
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

/**
 * How far a message is. A state is only ever followed by one of a higher rank.
 *
 * A status that nobody knows yet is no end: where it was only a step, a known end follows it.
 */
export const RANKS = { queued: 1, dispatched: 2, unheardOf: 3, final: 4 } as const;

/** What became of a message, or how far it is. */
export type DeliveryState = {
  /** One of {@link STATUSES}, or what the provider wrote instead. */
  readonly status: string;
  /** `null` where the report had none. Judge by the status. */
  readonly code: number | null;
};

const KNOWN: ReadonlyMap<string, string> = new Map([
  ...STATUSES.map((status) => [status.toLowerCase(), status] as const),
  ["canceled", "Cancelled"],
]);

/** A status that is none of the provider's own is kept as far as these go. */
const MOST_CHARACTERS = 32;

const UNUSUAL = /[^\w .-]/g;

/** Brings a status into one spelling: upper and lower case do not matter. @returns `null` for what can be none */
export function readStatus(text: string): string | null {
  const known = KNOWN.get(text.toLowerCase());
  if (known !== undefined) return known;
  return text.replace(UNUSUAL, "").trim().slice(0, MOST_CHARACTERS) || null;
}

/** @param status - as {@link readStatus} gives it */
export function rankOf(status: string): number {
  if (status === "Queued") return RANKS.queued;
  if (status === "Dispatched") return RANKS.dispatched;
  return KNOWN.has(status.toLowerCase()) ? RANKS.final : RANKS.unheardOf;
}

/** Whether nothing else follows. */
export function isFinal({ status }: DeliveryState): boolean {
  return rankOf(status) === RANKS.final;
}

/** How a state is called where it is counted: `Delivered:0`. */
export function nameOfState({ status, code }: DeliveryState): string {
  return `${status}:${code ?? ""}`;
}

/** @param name - as {@link nameOfState} gives it. @returns `null` for another text */
export function stateOfName(name: string): DeliveryState | null {
  const [, status, code] = /^([\w .-]+):(\d*)$/.exec(name) ?? [];
  if (status === undefined) return null;
  return { status, code: code === "" ? null : Number(code) };
}
