import type { KeptLedger, ReadySend } from "@volley/contract";
import type { Job } from "bullmq";
import type { Ledger, Lot } from "../ledger/ledger.ts";
import type { StageEnd } from "../job/store-data.ts";

/** A send or part of at most 1,000 recipients on its way to the provider. */
export type Dispatch = {
  readonly job: Job;
  readonly token: string;
  readonly send: ReadySend;
  /** The send as it stood in the job, to be kept beside the ledger. */
  readonly original: unknown;
  readonly ledger: Ledger;
  /** What was kept of the ledger; `null` when nothing was yet. */
  readonly kept: KeptLedger | null;
  /** The digest of what stands in the job. */
  readonly content: () => string;
  /** Whether nobody knows any more who its recipients are. */
  readonly isGone: boolean;
  readonly expireAt: Date;
  /** Index of the part. */
  readonly part: number;
  /** What becomes of its stage when it is settled; `null` where it has none. */
  readonly stage: StageEnd | null;
};

/** One lot of it: what travels in one request. */
export type PieceDispatch = Pick<Dispatch, "job" | "token" | "send" | "expireAt" | "isGone"> & {
  /** How many people the batches before it are to. */
  readonly taken: number;
  readonly piece: Lot;
  /** Everybody who is still to be sent to. Only a question needs them. */
  readonly open: () => readonly string[];
  /** The lot's own, the same on every try. */
  readonly reference: string;
  /** Whether it is the first one since the job was picked up. @default true */
  readonly isFirst?: boolean;
};
