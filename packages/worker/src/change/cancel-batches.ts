import type { AcceptedBatch, SendResult } from "@volley/contract";
import type { Batch, Failure } from "@volley/sinch";
import pLimit from "p-limit";
import type { BatchEnd } from "./batch-end.ts";
import { judgeCanceled, type Judgement } from "../ask/judge-canceled.ts";
import type { RegionContext } from "../region/region-context.ts";
import { noteCanceled } from "./note-canceled.ts";

/** What became of the batches of a send that was canceled. */
export type CanceledBatches = {
  /** How they stand by now, by batch ID; those that are not here stand as they did. */
  readonly ends: ReadonlyMap<string, BatchEnd>;
  /** About how many the provider could not be asked. */
  readonly unasked: number;
  /** About how many it has not said its last word: it does not know the batch (yet), or has no whole report. */
  readonly unsaid: number;
  /** How long the provider wants to be left alone, in milliseconds; 0 where it says nothing. */
  readonly retryAfterMs: number;
  /** Whether it is no use to ask about others now. */
  readonly isInVain: boolean;
};

/**
 * Asks the provider about the batches that results name, and notes of those that are canceled that nobody answers to them.
 *
 * @param isLast - whether it is not tried again: then nobody knows about those that it could not be asked about
 */
export type Take = (
  context: RegionContext,
  results: readonly SendResult[],
  isLast: boolean,
) => Promise<CanceledBatches>;

/** What the provider said about one batch. */
type Answer = {
  /** Missing where it is not known to be canceled. */
  readonly end?: BatchEnd;
  /** Why the provider could not be asked. */
  readonly failure?: Failure;
  /** Whether it may say more later. @default false */
  readonly isUnsaid?: boolean;
};

/** Requests that are made at once. */
const REQUESTS_AT_ONCE = 4;

const NOTHING_OPEN = { unasked: 0, unsaid: 0, retryAfterMs: 0, isInVain: true };

/** It is accepted, and stays so; where somebody had given up on it, it is so again. */
function stands({ unknown }: AcceptedBatch): Answer {
  return unknown === undefined ? {} : { end: { isCanceled: false, tooLate: 0, unknown: 0 } };
}

/**
 * Cancels every batch at the provider. The provider takes that at any time, and a send of a million may well begin to go
 * out meanwhile: whom each batch has reached before is its to say.
 */
export const cancelBatches: Take = async (context, results, isLast) =>
  forBatches(context, { results, isLast }, async (id, batch) => {
    const { client } = context;
    const answer = await client.cancelBatch(id);
    if (answer.kind === "canceled") return judge(context, { ...answer.batch, id }, batch);
    // It can mean "not there yet" (sinch-facts 5.1), or a plan that is not there at the moment.
    if (isMissing(answer)) return { isUnsaid: true };
    if (answer.kind !== "rejected") return { failure: answer };
    // The second DELETE of a batch may be refused, so after a lost answer only the batch itself can say what it came to.
    const reading = await client.readBatch(id);
    if (reading.kind === "batch") return reading.batch.canceled ? judge(context, reading.batch, batch) : stands(batch);
    return isMissing(reading) || reading.kind === "rejected" ? stands(batch) : { failure: reading };
  });

/** Looks which batches are canceled, where it is too late to cancel more: somebody else may have done so in time. */
export const readBack: Take = async (context, results, isLast) =>
  forBatches(context, { results, isLast }, async (id, batch) => {
    const reading = await context.client.readBatch(id);
    return reading.kind === "batch" && reading.batch.canceled ? judge(context, reading.batch, batch) : stands(batch);
  });

/** What is left to say about batches that the provider will not be asked about any more: any of them may be canceled. */
export function giveUp(results: readonly SendResult[]): CanceledBatches {
  const left = results.flatMap(({ batches }) => batches).filter(({ canceled }) => !canceled);
  return { ...NOTHING_OPEN, ends: new Map(left.map((batch) => [batch.id, nobodyKnows(batch)])) };
}

async function forBatches(
  context: RegionContext,
  { results, isLast }: { readonly results: readonly SendResult[]; readonly isLast: boolean },
  ask: (id: string, batch: AcceptedBatch) => Promise<Answer>,
): Promise<CanceledBatches> {
  const limit = pLimit(REQUESTS_AT_ONCE);
  const open = results
    .flatMap(({ batches }) => batches)
    .filter(({ canceled, unknown = 0 }) => !canceled || unknown > 0);
  const answers = await limit.map(open, async (batch) => {
    const answer = await (batch.canceled ? judgeAgain(context, batch) : ask(batch.id, batch));
    const isGivenUp = isLast && answer.failure !== undefined;
    return [batch.id, { ...(isGivenUp && { end: nobodyKnows(batch) }), ...answer }] as const;
  });
  const failures = answers.flatMap(([, { failure }]) => (failure ? [failure] : []));
  const retryAfterMs = Math.max(0, ...failures.map((each) => ("retryAfterMs" in each && each.retryAfterMs) || 0));
  return {
    ends: new Map(answers.flatMap(([id, { end }]) => (end ? [[id, end] as const] : []))),
    unasked: failures.length,
    unsaid: answers.filter(([, { isUnsaid = false }]) => isUnsaid).length,
    retryAfterMs,
    isInVain: failures.length > 0 && (failures.length === answers.length || retryAfterMs > 0),
  };
}

/** Its times are read once more: an answer without them leaves it to an empty report, which may mean anything. */
async function judgeAgain(context: RegionContext, batch: AcceptedBatch): Promise<Answer> {
  const reading = await context.client.readBatch(batch.id);
  return judge(context, reading.kind === "batch" ? reading.batch : { id: batch.id }, batch);
}

async function judge(
  context: RegionContext,
  shown: Pick<Batch, "id"> & Partial<Batch>,
  { recipients, suppressed = 0 }: AcceptedBatch,
): Promise<Answer> {
  const answer = answerOf(await judgeCanceled(context.client, shown, recipients, suppressed > 0), recipients);
  await noteCanceled(context, shown, recipients, answer.end);
  return answer;
}

/** Of whom it is not known is counted as unknown until the provider says more. */
function answerOf(judged: Judgement, recipients: number): Answer & { readonly end: BatchEnd } {
  switch (judged.kind) {
    case "in_time":
      return { end: recalled(0, 0) };
    case "too_late":
      return { end: recalled(recipients, 0) };
    case "mixed": {
      const tooLate = Math.min(recipients, judged.passed.size);
      const unknown = Math.max(0, recipients - tooLate - judged.stopped.size);
      return { end: recalled(tooLate, unknown), isUnsaid: !judged.isFinal };
    }
    case "unread":
      return {
        end: recalled(0, recipients),
        ...(judged.failure.kind === "rejected" ? { isUnsaid: true } : { failure: judged.failure }),
      };
  }
}

function recalled(tooLate: number, unknown: number): BatchEnd {
  return { isCanceled: true, tooLate, unknown };
}

function nobodyKnows({ recipients }: AcceptedBatch): BatchEnd {
  return { isCanceled: false, tooLate: 0, unknown: recipients };
}

function isMissing(answer: Failure): boolean {
  return (answer.kind === "rejected" || answer.kind === "unauthorized") && answer.status === 404;
}
