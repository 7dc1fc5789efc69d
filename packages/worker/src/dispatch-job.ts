import { type Ledger, parametersFor, type ReadySend, type SendResult } from "@volley/contract";
import type { Job } from "bullmq";
import { isCut } from "./cut-piece.ts";
import { cutToPace } from "./cut-to-pace.ts";
import type { Dispatch, PieceDispatch } from "./dispatch.ts";
import type { Past } from "./dispatch-note.ts";
import { dispatchPiece, type PieceEnding } from "./dispatch-piece.ts";
import { leaveToNext } from "./hold-job.ts";
import {
  CANCELED,
  closeAll,
  refuseAll,
  closePiece,
  EXPIRED,
  openLedger,
  type Piece,
  type Refusal,
  refusePiece,
} from "./ledger.ts";
import { partIndexOf } from "./own-part.ts";
import { pastOfJob, pastOfNextPiece } from "./past-of-job.ts";
import { recordResult } from "./record-result.ts";
import { referencesOf } from "./references-of.ts";
import type { RegionContext } from "./region-context.ts";
import { resultOfLedger, unsentOf } from "./result-of-ledger.ts";
import { type StageEnd, storeData } from "./store-data.ts";

/** What is dispatched. */
export type DispatchInput = {
  readonly send: ReadySend;
  readonly original: unknown;
  readonly expireAt: Date;
  /** How far it is; `null` when nothing of it was refused yet. */
  readonly ledger: Ledger | null;
  /** What becomes of its stage when it is settled. @default it has none */
  readonly stage?: StageEnd;
};

/**
 * Hands a send or part to the provider: one piece, one request, in nearly all cases. There are more when the region's
 * pace is too slow for a whole batch, and when the provider refuses recipients: then what is left is sent in pieces, and
 * the ledger of it is kept after every answer.
 */
export async function dispatchJob(
  context: RegionContext,
  job: Job,
  token: string,
  { send, original, expireAt, ledger, stage }: DispatchInput,
): Promise<SendResult> {
  const dispatch: Dispatch = {
    job,
    token,
    send,
    original,
    expireAt,
    ledger: ledger ?? openLedger(send.recipients.accepted),
    part: partIndexOf(job),
    stage: stage ?? null,
  };
  return settle(context, dispatch, await dispatchPieces(context, dispatch, await pastOfJob(context, job)));
}

async function dispatchPieces(context: RegionContext, dispatch: Dispatch, past: Past): Promise<Ledger> {
  const { job, original, send } = dispatch;
  const referenceOf = referencesOf(job, send);
  let { ledger } = dispatch;
  let before: Past = past;
  let isFirst = true;
  for (let [piece] = ledger.pending; piece; [piece] = ledger.pending) {
    const pieceDispatch: PieceDispatch = { ...dispatch, piece, reference: referenceOf(piece.mark), isFirst };
    const cut = await cutToPace(context, { dispatch: pieceDispatch, ledger, before, referenceOf });
    const ending: PieceEnding | null =
      cut.ending ?? (cut.ledger ? null : await dispatchPiece(context, pieceDispatch, before));
    const ofOthers = await pastOfNextPiece(context, job);
    ledger = ending === null ? (cut.ledger ?? ledger) : afterEnding(ledger, piece, ending, [before, ofOthers]);
    if (ledger.pending.length > 0) {
      const line = ending?.kind === "rejected" ? refusalInWords(ending, piece, ledger) : "";
      await storeData(context, dispatch, { send: original, pieces: ledger }, { line });
      before = await pastOfNextPiece(context, job);
      // A process that stops has no time for a hundred pieces. The note that it leaves is about the next one, which may be
      // in doubt: newer than what Redis has forgotten, it would pass for a proof.
      if (context.isClosing()) await leaveToNext(context, dispatch, before);
    }
    isFirst &&= ending === null;
  }
  return ledger;
}

/**
 * What follows from the ending of a piece. What is too late, canceled or refused whoever it is to, is so for all that is
 * pending, unless some of that may have been accepted.
 */
function afterEnding(ledger: Ledger, piece: Piece, ending: PieceEnding, pasts: readonly Past[]): Ledger {
  // That this piece is known not to have been sent does not say so of the others.
  const isClean = pasts.every(({ kind }) => kind === "clean");
  if (ending.kind === "rejected")
    return isClean && isCut(piece) ? refuseAll(ledger, ending) : refusePiece(ledger, ending);
  return isClean && (ending === EXPIRED || ending === CANCELED) ? closeAll(ledger, ending) : closePiece(ledger, ending);
}

function refusalInWords({ code }: Refusal, { recipients }: Piece, { pending }: Ledger): string {
  return `refused (${code}), ${recipients.length} recipients; goes on in ${pending.length} pieces`;
}

async function settle(context: RegionContext, dispatch: Dispatch, ledger: Ledger): Promise<SendResult> {
  const { send, part } = dispatch;
  const result = resultOfLedger(context.region, part, send.recipients, ledger);
  const unsent = unsentOf(ledger);
  const { accepted } = send.recipients;
  const parameters = unsent && parametersFor(send.parameters, [...unsent.certain, ...unsent.unknown], accepted);
  return recordResult(context, dispatch, result, {
    message: send.message,
    original: dispatch.original,
    stage: dispatch.stage,
    line: lineOf(ledger, result),
    ...(unsent && { unsent: { ...unsent, ...(parameters && { parameters }) } }),
  });
}

/** What happened, for whoever reads the job's log. */
function lineOf({ batches, failures, refused }: Ledger, { recipients }: SendResult): string {
  const accepted = batches.map(
    ({ id, adopted, recipients: count }) =>
      `batch ${id} ${adopted ? "found at the provider" : "accepted"}, ${count} recipients`,
  );
  const failed = failures.map(
    ({ ending, code, recipients: { length } }) => `${ending} (${code}), ${length} recipients`,
  );
  const codes = [...new Set(refused.map(({ code }) => code))].join(", ");
  const lines = [
    ...accepted,
    ...failed,
    ...(refused.length > 0 ? [`refused (${codes}), ${refused.length} recipients`] : []),
  ];
  return lines.length > 0 ? lines.join("; ") : `nobody to send to, ${recipients.requested} requested`;
}
