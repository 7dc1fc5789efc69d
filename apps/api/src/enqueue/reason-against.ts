import {
  hasValues,
  InvalidSendError,
  keysWithoutDefault,
  LIMITS,
  type LineFault,
  normaliseRecipient,
  readStagedSend,
  type WrongRecipient,
  wrongRecipient,
} from "@volley/contract";
import type { ListEntry } from "@volley/lists";
import type { RouteTable } from "@volley/producer";

/** A message, and where its recipients go. */
export type ReasonTerms = {
  readonly message: object;
  /** Of `region: "auto"`. */
  readonly routeOf: RouteTable | null;
  /** Hears of the region of each number that has one. */
  readonly onRegion?: (region: string) => void;
};

/** An entry of `to` that is rejected, counted from 0. */
export type RejectedEntry = { readonly index: number; readonly reason: WrongRecipient };

/** A stage that nobody has: only what is beside it is looked at. */
const NO_STAGE = { id: "none", recipients: 1 };

/**
 * What speaks against an entry whose number is one: no route, or no value for the text.
 *
 * @throws InvalidSendError with every mistake of the message
 */
export function createReasonAgainst({
  message,
  routeOf,
  onRegion,
}: ReasonTerms): (entry: ListEntry) => LineFault | null {
  const read = readStagedSend({ ...message, staged: NO_STAGE }, new Date());
  if (!read.ok) throw new InvalidSendError(read.problems);
  const { parameters } = read.send;
  const keys = keysWithoutDefault(Reflect.get(message, "body"), parameters);
  return (entry) => {
    const { to, parameters: own = {} } = typeof entry === "string" ? { to: entry } : entry;
    const recipient = normaliseRecipient(to) ?? to;
    const routed = routeOf?.(recipient);
    if (routed === null) return "no_route";
    if (routed !== undefined) onRegion?.(routed);
    const missing = keys.filter((key) => !Object.hasOwn(own, key));
    return missing.length === 0 || hasValues(recipient, missing, parameters) ? null : "missing_parameter";
  };
}

/**
 * Which entries of a list at hand were left out, the first 1,000 of them.
 *
 * @param to - of a send that was taken
 */
export function rejectedEntries(to: unknown, terms: ReasonTerms): RejectedEntry[] {
  if (!Array.isArray(to)) return [];
  const reasonAgainst = createReasonAgainst(terms);
  const rejected: RejectedEntry[] = [];
  for (const [index, entry] of (to as ListEntry[]).entries()) {
    const reason = wrongRecipient(typeof entry === "string" ? entry : entry.to) ?? reasonAgainst(entry);
    if (reason !== null && rejected.push({ index, reason }) === LIMITS.rejectedInResult) break;
  }
  return rejected;
}
