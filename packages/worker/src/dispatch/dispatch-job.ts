import { type KeptLedger, type LedgerSubject, parametersFor, type ReadySend, type SendResult } from "@volley/contract";
import type { Job } from "bullmq";
import { nextLot } from "../ledger/cut-lot.ts";
import type { Dispatch, PieceDispatch } from "../ask/dispatch.ts";
import type { Past } from "../job/dispatch-note.ts";
import { dispatchPiece, type PieceEnding } from "./dispatch-piece.ts";
import { leaveToNext } from "../job/hold-job.ts";
import { keepLedger } from "../ledger/keep-ledger.ts";
import {
  closeAll,
  closeLot,
  type Ledger,
  type Lot,
  markOf,
  openLedger,
  peoplePending,
  type Refusal,
  refuseLot,
} from "../ledger/ledger.ts";
import { costOfSend } from "../ledger/message-cost.ts";
import { partIndexOf } from "../terms/own-part.ts";
import { pastOfJob, pastOfNextPiece } from "../job/past-of-job.ts";
import { pieceLimit } from "../ledger/piece-limit.ts";
import { recordResult } from "../settle/record-result.ts";
import { referencesOf } from "./references-of.ts";
import type { RegionContext } from "../region/region-context.ts";
import { countsOfLedger, resultOfLedger, unsentOf } from "../ledger/result-of-ledger.ts";
import type { StageEnd } from "../job/store-data.ts";

/** What is dispatched. */
export type DispatchInput = {
  readonly send: ReadySend;
  readonly original: unknown;
  readonly expireAt: Date;
  /** How far it is; `null` when it was not begun, or nothing is known of it. */
  readonly kept: KeptLedger | null;
  /** The digest of what stands in the job. */
  readonly content: () => string;
  /** What becomes of its stage when it is settled. @default it has none */
  readonly stage?: StageEnd;
  /** Whether nobody knows any more who its recipients are: what is in doubt is asked about, and nothing sent. */
  readonly isGone?: boolean;
};

/**
 * Hands a send or part to the provider: one lot, one request, in nearly all cases. There are more when the region's pace
 * is too slow for a whole batch, and when the provider refuses recipients: then how far it is, is kept after every answer.
 */
export async function dispatchJob(
  context: RegionContext,
  job: Job,
  token: string,
  { send, kept, stage, isGone = false, ...input }: DispatchInput,
): Promise<SendResult> {
  const ledger = { ...(kept?.ledger ?? openLedger([])), people: send.recipients.accepted };
  const dispatch: Dispatch = {
    ...input,
    job,
    token,
    send,
    isGone,
    ledger: kept ? ledger : openLedger(send.recipients.accepted),
    kept,
    part: partIndexOf(job),
    stage: stage ?? null,
  };
  const past = await pastOfJob(context, job, dispatch.ledger.taken);
  return settle(context, dispatch, await dispatchLots(context, dispatch, past));
}

/** How far a job is, and what of that was kept. */
type Progress = Pick<Dispatch, "ledger" | "kept">;

async function dispatchLots(context: RegionContext, dispatch: Dispatch, past: Past): Promise<Progress> {
  const { job, send } = dispatch;
  const referenceOf = referencesOf(job, send);
  let { ledger, kept } = dispatch;
  let before = past;
  let isFirst = true;
  for (let lot = lotOf(context, dispatch, ledger); lot; lot = lotOf(context, dispatch, ledger)) {
    const pending = ledger;
    const open = (): string[] => peoplePending(pending).map(({ recipient }) => recipient);
    const reference = referenceOf(markOf(ledger));
    const ofLot: PieceDispatch = { ...dispatch, piece: lot, open, taken: ledger.taken, reference, isFirst };
    const ending = await dispatchPiece(context, ofLot, before);
    ledger = afterEnding(ledger, lot, ending);
    if (ledger.pending.length > 0) {
      const line = ending.kind === "refused" ? refusalInWords(ending, lot) : "";
      kept = await keepLedger(
        context,
        dispatch,
        { subject: subjectOf(dispatch, kept), ledger },
        { before: kept, line },
      );
      before = await pastOfNextPiece(context, job);
      // A process that stops has no time for a hundred lots. The note that it leaves is about the next one, which may be
      // in doubt: newer than what Redis has forgotten, it would pass for a proof.
      if (context.isClosing()) await leaveToNext(context, { ...dispatch, taken: ledger.taken }, before);
    }
    isFirst = false;
  }
  return { ledger, kept };
}

/** As many as the region's pace allows in one request; all of those who are known to nobody any more. */
function lotOf({ limits }: RegionContext, { send, isGone }: Dispatch, ledger: Ledger): Lot | null {
  const now = limits.current();
  const limit = isGone ? Number.POSITIVE_INFINITY : pieceLimit(now);
  return nextLot(ledger, limit, costOfSend(send, now.rateUnit));
}

function subjectOf({ send, content, ledger }: Dispatch, kept: KeptLedger | null): LedgerSubject {
  const { duplicate, rejected } = send.recipients;
  return kept?.subject ?? { content: content(), people: ledger.people.length, duplicate, rejected };
}

/**
 * What follows from the ending of a lot. What is too late, canceled or gone is so for all that is pending: where the provider
 * has no batch of this lot, it has none of those behind it, see {@link markOf}. What nobody knows about this lot, nobody
 * knows about those behind it either, for nobody knows how far it went.
 */
function afterEnding(ledger: Ledger, lot: Lot, ending: PieceEnding): Ledger {
  switch (ending.kind) {
    case "refused":
      return refuseLot(ledger, lot, ending);
    case "accepted":
    case "recalled":
    case "stopped":
      return closeLot(ledger, lot, ending);
    default:
      return closeAll(ledger, ending);
  }
}

function refusalInWords({ code }: Refusal, { recipients }: Lot): string {
  return `refused (${code}), ${recipients.length} recipients; goes on`;
}

async function settle(context: RegionContext, dispatch: Dispatch, { ledger, kept }: Progress): Promise<SendResult> {
  const { send, part } = dispatch;
  const result = resultOfLedger(context.region, part, send.recipients, ledger);
  // Who they were nobody knows.
  const unsent = dispatch.isGone ? null : unsentOf(ledger);
  const { accepted } = send.recipients;
  const parameters = unsent && parametersFor(send.parameters, [...unsent.certain, ...unsent.unknown], accepted);
  return recordResult(context, dispatch, result, {
    message: send.message,
    original: dispatch.original,
    stage: dispatch.stage,
    line: lineOf(ledger, result),
    ...(kept && { counted: countsOfLedger(kept.ledger) }),
    ...(unsent && { unsent: { ...unsent, ...(parameters && { parameters }) } }),
  });
}

/** Batches that a line of a log names; the result names all. */
const MOST_NAMED = 10;

/** What happened, for whoever reads the job's log. */
function lineOf({ batches, failures, refused }: Ledger, { recipients }: SendResult): string {
  const accepted = batches.slice(0, MOST_NAMED).map(({ id, adopted, recipients: count }) => {
    return `batch ${id} ${adopted ? "found at the provider" : "accepted"}, ${count} recipients`;
  });
  const more = batches.length - accepted.length;
  const failed = failures.map(
    ({ ending, code, recipients: { length } }) => `${ending} (${code}), ${length} recipients`,
  );
  const codes = [...new Set(refused.map(({ code }) => code))].join(", ");
  const lines = [
    ...accepted,
    ...(more > 0 ? [`${more} batches more`] : []),
    ...failed,
    ...(refused.length > 0 ? [`refused (${codes}), ${refused.length} recipients`] : []),
  ];
  return lines.length > 0 ? lines.join("; ") : `nobody to send to, ${recipients.requested} requested`;
}
