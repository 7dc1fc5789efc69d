import { normaliseRecipient, type RejectedRecipient } from "@volley/contract";
import type { Enqueued } from "@volley/producer";

/** The reason of a number that no route covers: it is a number all the same. */
const NO_ROUTE = "no_route";

/**
 * How many people with a valid number a send was asked to reach, each once. Whoever has no route was rejected before
 * anybody looked for duplicates; how often each of them stands in the list is known of those whom the result names.
 *
 * @param recipients - of the send that was enqueued
 * @param badLines - how many of its lines have no number
 * @param named - whom the result names
 */
export function countValid(
  { valid, rejected }: Pick<Enqueued["recipients"], "valid" | "rejected">,
  badLines: number,
  named: readonly RejectedRecipient[],
): number {
  const unrouted = named.filter(({ reason, by }) => by === "volley" && reason === NO_ROUTE);
  const distinct = new Set(unrouted.map(({ recipient }) => normaliseRecipient(recipient)));
  return valid + rejected - badLines - (unrouted.length - distinct.size);
}
