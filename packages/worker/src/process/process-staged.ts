import {
  InvalidSendError,
  type KeptLedger,
  listDigest,
  pieceOf,
  type Problem,
  type ReadySend,
  readStagedSend,
  type ReadyStagedSend,
  type SendResult,
  shownName,
  type StagedPiece,
  withPieceParameters,
} from "@volley/contract";
import { UnrecoverableError } from "bullmq";
import { dispatchJob } from "../dispatch/dispatch-job.ts";
import { withPiece } from "../dispatch/fetch-piece.ts";
import { enqueuedAt, holdUntil } from "../job/hold-job.ts";
import { processLarge } from "./process-large.ts";
import type { RegionContext } from "../region/region-context.ts";
import { requireSend } from "./require-send.ts";
import { settleGone } from "../dispatch/settle-gone.ts";
import { settleStage } from "../settle/settle-stage.ts";
import { planOfStage } from "../plan/split-stage.ts";
import type { HeldJob, StageEnd } from "../job/store-data.ts";
import { expiryOf, windowOf } from "./window.ts";

/** How far a send or part is whose recipients are staged. */
export type StagedState = {
  /** The send as it stood in the job. */
  readonly original: unknown;
  /** `null` when it takes one lot, or nothing was decided yet. */
  readonly kept: KeptLedger | null;
};

/**
 * What a worker does with a send whose recipients are staged, or a part of one: as with any other, only that they are
 * fetched when it is their turn, and never more than 1,000 of them.
 */
export async function processStaged(
  context: RegionContext,
  held: HeldJob,
  { original, kept }: StagedState,
): Promise<SendResult> {
  const { job, token } = held;
  const now = context.now();
  const send = await requireSend(job, () => readStagedSend(original, now));
  const expireAt = expiryOf(send, enqueuedAt(job, now));
  const window = windowOf({ sendAt: send.sendAt, expireAt, leadMs: context.leadMs, now });
  const piece = pieceOf(send.staged);
  if (piece === null) {
    requireDefaultsOnly(send);
    return processLarge(context, held, window, {
      plan: planOfStage(send, expireAt),
      settleUnsent: async (ending) => settleStage(context, held, send, ending),
    });
  }
  if (window.kind === "early" && !(await context.cancellations.isCanceled(job))) {
    return holdUntil(context, held, window.opensAt);
  }
  return withPiece(context, held, { staged: send.staged, piece }, async (fetched) => {
    if (fetched.kind === "ended") return fetched.result;
    // Once it is settled, its piece is done with: whom of it the send has not reached stands in the result.
    const stage: StageEnd = { id: send.staged.id, end: { kind: "drop_piece", piece } };
    const input = { original, expireAt, kept, stage, content: () => listDigest(send) };
    if (fetched.kind === "gone") return settleGone(context, held, { send, ...input });
    return dispatchJob(context, job, token, { send: sendOfPiece(send, fetched.piece), ...input });
  });
}

/** The send as if its recipients stood in it. */
function sendOfPiece(send: ReadyStagedSend, piece: StagedPiece): ReadySend {
  const { staged, parameters, ...rest } = send;
  const { duplicate = 0, rejected = 0, refused = [] } = staged;
  const accepted = piece.recipients;
  const recipients = { requested: accepted.length + duplicate + rejected, accepted, duplicate, rejected, refused };
  return {
    ...rest,
    // Where they stood in the caller's list is known only where nobody was left out of it.
    recipients: { ...recipients, skipped: [] },
    parameters: withPieceParameters(parameters, piece.parameters),
  };
}

/** Values of single recipients would travel in every part of a large send: they belong into the pieces. */
function requireDefaultsOnly({ parameters }: ReadyStagedSend): void {
  const problems: Problem[] = [...parameters]
    .filter(([, values]) => [...values.keys()].some((recipient) => recipient !== "default"))
    .map(([key]) => ({
      field: `parameters.${shownName(key)}`,
      message: "expected only `default`, got values of recipients",
    }));
  if (problems.length > 0) throw new UnrecoverableError(new InvalidSendError(problems).message);
}
