import type { Ledger } from "@volley/contract";
import type { CostOf } from "./message-cost.ts";
import { totalCost } from "./message-cost.ts";

/**
 * Cuts the first piece that is pending into pieces that cost no more than a limit each, one recipient at least. The same
 * piece and limit always give the same pieces, with the same marks: a mark says which of the piece's recipients are in it.
 *
 * @returns `null` when the piece is small enough
 */
export function cutPiece(ledger: Ledger, limit: number, costOf: CostOf): Ledger | null {
  const [piece, ...others] = ledger.pending;
  if (!piece || piece.recipients.length === 1) return null;
  const cost = totalCost(piece.recipients, costOf);
  if (cost <= limit) return null;
  // Pieces of about the same size: a rest of one recipient would be a request of its own.
  const evenly = Math.ceil(cost / Math.ceil(cost / limit));
  const pieces = slices(piece.recipients, evenly, costOf).map(([from, to]) => ({
    mark: `${piece.mark}.${from}-${to - 1}`,
    recipients: piece.recipients.slice(from, to),
  }));
  return { ...ledger, pending: [...pieces, ...others] };
}

/** Whether a piece was cut for the pace and nobody of it was refused since. */
export function isCut({ mark }: Ledger["pending"][number]): boolean {
  return /\.\d+-\d+$/.test(mark);
}

/** Where the pieces begin and end. */
function slices(recipients: readonly string[], limit: number, costOf: CostOf): [from: number, to: number][] {
  const found: [number, number][] = [];
  let from = 0;
  let filled = 0;
  for (const [at, recipient] of recipients.entries()) {
    const cost = costOf(recipient);
    if (filled > 0 && filled + cost > limit) {
      found.push([from, at]);
      from = at;
      filled = 0;
    }
    filled += cost;
  }
  found.push([from, recipients.length]);
  return found;
}
