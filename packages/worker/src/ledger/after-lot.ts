import type { Recalled } from "./close-recalled.ts";
import {
  closeAll,
  closeLot,
  type Ending,
  type Ledger,
  type Lot,
  type Refusal,
  refuseLot,
  type Stopped,
  suppressIn,
} from "./ledger.ts";

/** How one lot ended: as a whole, or refused, which may be the fault of some of its recipients only. */
export type LotEnding = Ending | Recalled | Stopped | (Refusal & { readonly kind: "refused" }) | Suppressed;

/** Nothing was sent yet: some of its recipients have opted out. The others are still to be sent to. */
export type Suppressed = { readonly kind: "suppressed"; readonly recipients: ReadonlySet<string> };

/**
 * What follows from the ending of a lot. What is too late, canceled or gone is so for all that is pending: where the provider
 * has no batch of this lot, it has none of those behind it, see {@link suffixOf}. What nobody knows about this lot, nobody
 * knows about those behind it either, for nobody knows how far it went.
 */
export function afterLot(ledger: Ledger, lot: Lot, ending: LotEnding): Ledger {
  switch (ending.kind) {
    case "refused":
      return refuseLot(ledger, lot, ending);
    case "suppressed":
      return suppressIn(ledger, lot, ending.recipients);
    case "accepted":
    case "recalled":
    case "stopped":
      return closeLot(ledger, lot, ending);
    default:
      return closeAll(ledger, ending);
  }
}
