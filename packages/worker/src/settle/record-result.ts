import {
  isRetriedByCode,
  keepsValues,
  type RecipientCounts,
  type SendResult,
  type SettledSend,
  type Unsent,
} from "@volley/contract";
import { watchRetry } from "@volley/receipts";
import { countEnded } from "../ledger/count-ended.ts";
import type { RegionContext } from "../region/region-context.ts";
import { keptStage, type StageEnd, storeData } from "../job/store-data.ts";
import { toldOf } from "../job/tell-send.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** What is kept beside a result. */
export type Record = {
  /** Everything that is the same for all recipients. */
  readonly message: object;
  /** The send as it stood in the job, where recipients are kept. */
  readonly original?: unknown;
  /** One line for whoever reads the job's log: what happened, without recipients and text. */
  readonly line: string;
  /** Whom it has not reached; kept with the result, so that they can be sent to once more. */
  readonly unsent?: Unsent;
  /** Whose end was counted before. @default nobody's */
  readonly counted?: RecipientCounts;
  /** How many parts its batches and errors are in, where it was split. */
  readonly parts?: number;
  /** Where the recipients of parts are that have no job any more. */
  readonly kept?: SettledSend["kept"];
  /** What becomes of its stage. @default it has none */
  readonly stage?: StageEnd | null;
};

/**
 * Keeps the result before the job is completed: a crash in between costs nothing, because the next worker finds the
 * result and has only to complete the job. In the same step the recipients who were accepted leave the job's data, and
 * the piece in which they were staged, and an event tells of a send's result.
 */
export async function recordResult(
  context: RegionContext,
  held: HeldJob,
  result: SendResult,
  { message, original, line, unsent, counted, parts, kept: whoIsGone, stage = null }: Record,
): Promise<SendResult> {
  const { observer, region, log } = context;
  const isWhole = held.part === null;
  // Before the result is there: a worker that dies in between is followed by one that finds it, and completes the job.
  if (isWhole && isRetriedByCode(message)) await watchRetry(context.redis, context, held.id, context.now());
  const keepRecipients = context.keepRecipients || keepsValues(message);
  const kept = keepRecipients ? (original ?? message) : message;
  const beside = { ...(unsent && { unsent }), ...(parts && { parts }), ...(whoIsGone && { kept: whoIsGone }) };
  const settled = { message: kept, settled: result, ...beside } as SettledSend;
  // Recipients that are to be kept stay where they were staged, as long as the result. A part leaves that to its send.
  const keptEnd = isWhole && stage !== null ? keptStage(context, stage.id) : null;
  const event = isWhole ? toldOf(context, held.job, message, result) : null;
  await storeData(context, held, settled, { stage: keepRecipients ? keptEnd : stage, line, hasEnded: isWhole, event });
  const batchIds = result.batches.slice(0, 10).map(({ id }) => id);
  log.info({ region, jobId: held.id, state: result.state, ...result.recipients, batchIds }, "settled");
  countEnded(context, result.recipients, counted);
  if (isWhole) observer.settled({ region, result });
  return result;
}

/** Writes down what a part came to that had ended before. It was counted then. */
export async function recordEnded(
  context: RegionContext,
  held: HeldJob,
  { message }: Pick<Record, "message">,
  result: SendResult,
): Promise<SendResult> {
  const { recipients: counted } = result;
  return recordResult(context, held, result, {
    message,
    original: held.job.data,
    line: "it had ended before",
    counted,
  });
}

/** The counts of a result in words: `2 accepted, 1 rejected`. */
export function inWords({ recipients }: SendResult): string {
  const { requested: _, ...ended } = recipients;
  const counted = Object.entries(ended).filter(([, count]) => count > 0);
  return counted.length === 0 ? "nobody" : counted.map(([how, count]) => `${count} ${how}`).join(", ");
}
