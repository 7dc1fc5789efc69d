import { isEverybodyIn, type Ledger, type Lot, peopleIn } from "./ledger.ts";
import type { CostOf } from "./message-cost.ts";
import { totalCost } from "./message-cost.ts";

/**
 * The next lot of a part: as many of those who are pending as one request may cost, one recipient at least. The lots of a
 * part are of about the same size: a rest of one recipient would be a request of its own.
 *
 * @param limit - what one request may cost
 * @returns `null` when nobody is pending
 */
export function nextLot(ledger: Ledger, limit: number, costOf: CostOf): Lot | null {
  const [range] = ledger.pending;
  if (range === undefined) return null;
  const places = placesIn(ledger, range);
  const people = places ? places.map(({ recipient }) => recipient) : ledger.people.slice(...range);
  const cost = totalCost(people, costOf);
  const evenly = cost <= limit ? cost : Math.ceil(cost / Math.ceil(cost / limit));
  const size = countWithin(people, evenly, costOf);
  const from = places?.[0]?.place ?? range[0];
  const end = places ? (places[size - 1]?.place ?? range[0]) + 1 : range[0] + size;
  return { from, end, recipients: people.slice(0, size) };
}

/** @returns `null` where nobody is out: the places follow each other then, as nearly always */
function placesIn(ledger: Ledger, range: readonly [number, number]): ReturnType<typeof peopleIn> | null {
  return isEverybodyIn(ledger) ? null : peopleIn(ledger, range);
}

/** How many of them cost no more than a limit together. */
function countWithin(people: readonly string[], limit: number, costOf: CostOf): number {
  let filled = 0;
  const tooMany = people.findIndex((recipient) => {
    filled += costOf(recipient);
    return filled > limit;
  });
  return tooMany < 0 ? people.length : Math.max(1, tooMany);
}
