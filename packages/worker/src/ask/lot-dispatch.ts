import type { ReadySend } from "@volley/contract";
import type { Lot } from "../ledger/ledger.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** One lot of a send or part on its way to the provider: what travels in one request. */
export type LotDispatch = HeldJob & {
  readonly send: ReadySend;
  readonly expireAt: Date;
  /** Whether nobody knows any more who its recipients are. */
  readonly isGone: boolean;
  readonly lot: Lot;
  /** The recipients of the lot as integers, of `valuesOfNumbers`: read once, where anybody asks. */
  readonly values: () => Float64Array;
  /** Everybody who is still to be sent to. Only a question needs them. */
  readonly open: () => readonly string[];
  /** The lot's own, the same on every try. */
  readonly reference: string;
  /** Whether it is the first one since the job was picked up. */
  readonly isFirst: boolean;
};
