import { clientReference, type Ledger, parametersFor, type ReadySend, type SendResult } from "@volley/contract";
import type { Job } from "bullmq";
import type { Dispatch } from "./dispatch.ts";
import type { Past } from "./dispatch-note.ts";
import { dispatchPiece } from "./dispatch-piece.ts";
import { leaveUntil } from "./leave-job.ts";
import { closePiece, openLedger, type Piece, type Refusal, refusePiece } from "./ledger.ts";
import { partIndexOf } from "./own-part.ts";
import { pastOfJob, pastOfNextPiece } from "./past-of-job.ts";
import { recordResult } from "./record-result.ts";
import type { RegionContext } from "./region-context.ts";
import { resultOfLedger, unsentOf } from "./result-of-ledger.ts";
import { storeData } from "./store-data.ts";

/** What is dispatched. */
export type DispatchInput = {
  readonly send: ReadySend;
  readonly original: unknown;
  readonly expireAt: Date;
  /** How far it is; `null` when nothing of it was refused yet. */
  readonly ledger: Ledger | null;
};

/**
 * Hands a send or part to the provider: one piece, one request, in nearly all cases. Only when the provider refuses
 * recipients are there more: then what is left is sent in pieces, and the ledger of it is kept after every answer.
 */
export async function dispatchJob(
  context: RegionContext,
  job: Job,
  token: string,
  { send, original, expireAt, ledger }: DispatchInput,
): Promise<SendResult> {
  const dispatch: Dispatch = {
    job,
    token,
    send,
    original,
    expireAt,
    ledger: ledger ?? openLedger(send.recipients.accepted),
    part: partIndexOf(job),
  };
  return settle(context, dispatch, await dispatchPieces(context, dispatch, await pastOfJob(context, job)));
}

async function dispatchPieces(context: RegionContext, dispatch: Dispatch, past: Past): Promise<Ledger> {
  const { job, original } = dispatch;
  let { ledger } = dispatch;
  let before: Past = past;
  for (let [piece] = ledger.pending; piece; [piece] = ledger.pending) {
    const reference = referenceOf(dispatch, piece);
    const ending = await dispatchPiece(context, { ...dispatch, piece, reference }, before);
    ledger = ending.kind === "rejected" ? refusePiece(ledger, ending) : closePiece(ledger, ending);
    if (ledger.pending.length > 0) {
      await storeData(context, dispatch, { send: original, pieces: ledger });
      if (ending.kind === "rejected") await job.log(refusalInWords(ending, piece, ledger));
      if (context.isClosing()) await leaveToNext(context, dispatch);
    }
    before = await pastOfNextPiece(context, job);
  }
  return ledger;
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
