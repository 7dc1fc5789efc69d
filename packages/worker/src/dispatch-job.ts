import { clientReference, type Ledger, parametersFor, type ReadySend, type SendResult } from "@volley/contract";
import type { Job } from "bullmq";
import { askFirst } from "./ask-first.ts";
import { cutPiece, isCut } from "./cut-piece.ts";
import type { Dispatch, PieceDispatch } from "./dispatch.ts";
import type { Past } from "./dispatch-note.ts";
import { dispatchPiece, type PieceEnding } from "./dispatch-piece.ts";
import { leaveUntil } from "./leave-job.ts";
import {
  CANCELED,
  closeAll,
  refuseAll,
  closePiece,
  type Ending,
  EXPIRED,
  openLedger,
  type Piece,
  type Refusal,
  refusePiece,
} from "./ledger.ts";
import { costOfSend } from "./message-cost.ts";
import { partIndexOf } from "./own-part.ts";
import { pastOfJob, pastOfNextPiece } from "./past-of-job.ts";
import { pieceLimit } from "./piece-limit.ts";
import { recordResult } from "./record-result.ts";
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
  const { job, original } = dispatch;
  let { ledger } = dispatch;
  let before: Past = past;
  let isFirst = true;
  for (let [piece] = ledger.pending; piece; [piece] = ledger.pending) {
    const pieceDispatch: PieceDispatch = { ...dispatch, piece, reference: referenceOf(dispatch, piece), isFirst };
    const cut = await cutToPace(context, pieceDispatch, ledger, before);
    const ending: PieceEnding | null =
      cut.ending ?? (cut.ledger ? null : await dispatchPiece(context, pieceDispatch, before));
    ledger = ending === null ? (cut.ledger ?? ledger) : afterEnding(ledger, piece, ending, before);
    if (ledger.pending.length > 0) {
      const line = ending?.kind === "rejected" ? refusalInWords(ending, piece, ledger) : "";
      await storeData(context, dispatch, { send: original, pieces: ledger }, { line });
      if (context.isClosing()) await leaveToNext(context, dispatch);
    }
    before = await pastOfNextPiece(context, job);
    isFirst &&= ending === null;
  }
  return ledger;
}

/**
 * Cuts a piece that is too large for the region's pace, before anything of it is sent. What may have been accepted is
 * asked for as it is first: who is in a piece must never change while somebody may have got it. The pieces are kept before
 * the first of them is sent, so that whoever comes after a crash asks for the same ones.
 */
async function cutToPace(
  context: RegionContext,
  dispatch: PieceDispatch,
  ledger: Ledger,
  before: Past,
): Promise<{ readonly ending?: Ending; readonly ledger?: Ledger }> {
  const { limits, memory, now } = context;
  const { send, expireAt } = dispatch;
  if (now() >= expireAt) return {};
  const forgottenAt = before.kind === "doubtful" ? await memory.forgottenBefore() : null;
  const cutBy = limits.forCutting(forgottenAt);
  const limit = pieceLimit(cutBy);
  const cut = Number.isFinite(limit) ? cutPiece(ledger, limit, costOfSend(send, cutBy.rateUnit)) : null;
  if (cut === null) return {};
  const adopted = before.kind === "doubtful" ? await askFirst(context, dispatch, before) : null;
  return adopted ? { ending: adopted } : { ledger: cut };
}

/**
 * What follows from the ending of a piece. What is too late, canceled or refused whoever it is to, is so for all that is
 * pending, unless some of that may have been accepted.
 */
function afterEnding(ledger: Ledger, piece: Piece, ending: PieceEnding, before: Past): Ledger {
  const isClean = before.kind === "clean";
  if (ending.kind === "rejected")
    return isClean && isCut(piece) ? refuseAll(ledger, ending) : refusePiece(ledger, ending);
  return isClean && (ending === EXPIRED || ending === CANCELED) ? closeAll(ledger, ending) : closePiece(ledger, ending);
}

function refusalInWords({ code }: Refusal, { recipients }: Piece, { pending }: Ledger): string {
  return `refused (${code}), ${recipients.length} recipients; goes on in ${pending.length} pieces`;
}

/** A process that stops leaves the pieces that are left to another one: it has no time for a hundred of them. */
async function leaveToNext({ now }: RegionContext, { job, token }: Dispatch): Promise<never> {
  const at = now();
  const last = { outcome: "held", code: "worker_stops", at: at.toISOString() };
  return leaveUntil(job, token, new Date(at.getTime() + 1), { tries: 0, looks: 0, unknown_since: null, last });
}

function referenceOf({ job, send }: Dispatch, { mark }: Piece): string {
  const { queueQualifiedName: queue, timestamp } = job;
  return clientReference(send.message.client_reference, { id: String(job.id), queue, timestamp }, mark);
}

async function settle(context: RegionContext, dispatch: Dispatch, ledger: Ledger): Promise<SendResult> {
  const { send, part } = dispatch;
  const result = resultOfLedger(context.region, part, send.recipients, ledger);
  const unsent = unsentOf(ledger);
  const parameters = unsent && parametersFor(send.parameters, [...unsent.certain, ...unsent.unknown]);
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
