import { type Batch, type Failure, failureCause, type Finding } from "@volley/sinch";
import { changedBatch } from "./changed-batch.ts";
import { chooseBatch } from "./choose-batch.ts";
import type { Recalled } from "../ledger/close-recalled.ts";
import { compareBatch, type SentRequest } from "./compare-batch.ts";
import type { LotDispatch } from "./lot-dispatch.ts";
import { type Past, readNote } from "../job/note.ts";
import { judgeCanceled } from "./judge-canceled.ts";
import type { Ending, Stopped } from "../ledger/ledger.ts";
import type { RegionContext } from "../region/region-context.ts";
import { decideUnasked, nextClearLook, nextLook, policyInput } from "./retry-policy.ts";
import { putBackFailed } from "./put-back-failed.ts";

/** Why a batch with our reference is not adopted. */
const OTHER_BATCH = "other_batch";

/**
 * How often the list must not have shown a batch that a request may have made. Where nothing but a loss of Redis casts doubt,
 * hardly any of the parts that ask was ever sent: one look after the hold is enough.
 */
const FEWEST_LOOKS = 2;

type Doubtful = Extract<Past, { kind: "doubtful" }>;

/** What asking has found out. */
export type Found = Ending | Recalled | Stopped;

/**
 * How far back the provider's list is searched. It shows batches of the last 14 days (sinch-facts 6). The reference finds
 * the batch; searching from the job's own time would trust the producer's clock, and one that is ahead hides batches.
 */
const LONGEST_SEARCH_MS = 13 * 24 * 60 * 60_000;

/**
 * Asks the provider before anything is sent again.
 *
 * While a request of this part may have been accepted, nothing fresh is sent. A batch that is found is adopted, if it is
 * the one that came of this part; where somebody has canceled it, the provider is asked whom that came too late for. That
 * it is not found is believed only after the hold, and after {@link FEWEST_LOOKS}: how soon the provider's list shows a new
 * batch is not published. Where there is only another batch with our reference, or the
 * provider cannot be asked until the send expires, or does not say, the part ends `unknown`, for people to see.
 *
 * A suspended region is probed by the same question, so that one request, and not a batch, tries the new token.
 *
 * @returns how the part ended, or `null` when it may be sent
 * @throws when the job goes back to the queue
 */
export async function askFirst(context: RegionContext, dispatch: LotDispatch, past: Past): Promise<Found | null> {
  const { guard, aside, observer, region, now } = context;
  const isProbe = past.kind === "clean";
  if (isProbe && (!guard.isSuspended() || now() >= dispatch.expireAt)) return null;
  // A doubt that came of an answer was told with it, and noted: this one comes of a worker that died, or of Redis.
  if (!isProbe && !readNote(dispatch.job.progress)?.unknown_since) observer.doubted({ region });
  const question = async (): Promise<Finding> => ask(context, dispatch);
  const finding = isProbe ? await guard.probe(question) : await question();
  if (finding.kind === "unasked") return unasked(context, dispatch, past, finding.failure);
  guard.heard(null);
  aside.heard(null);
  // That the provider answers a question ends nothing else. An account that is blocked may well be asked, and a provider that
  // takes no batch may well list those that it has.
  if (isProbe) return null;
  switch (finding.kind) {
    case "found":
      return found(context, dispatch, past, finding.batch);
    case "others":
      return chosen(context, dispatch, past, finding.batches);
    case "absent":
      return absent(context, dispatch, past);
    case "unclear":
      return unclear(context, dispatch, past, finding);
  }
}

/** @returns `null` when that is believed: the part may be sent */
async function absent(context: RegionContext, dispatch: LotDispatch, past: Doubtful): Promise<null> {
  const { observer, region } = context;
  const isBelievable = isBelieved(context, past);
  observer.asked({ region, answer: isBelievable ? "absent" : "not_yet", cause: null });
  return isBelievable ? null : lookAgain(context, dispatch, past, "not_found_yet");
}

/** Whoever of a canceled batch may have been texted is not sent to again, unless the provider says that they were not. */
async function found(context: RegionContext, dispatch: LotDispatch, past: Doubtful, batch: Batch): Promise<Found> {
  const { client, now } = context;
  if (!batch.canceled) return adopt(await changedBatch(context, dispatch, batch), now());
  const judged = await judgeCanceled(client, batch, batch.to?.length ?? dispatch.lot.recipients.length);
  const to = batch.to && { to: batch.to };
  if (judged.kind === "in_time") return { kind: "stopped", ...to };
  if (judged.kind === "too_late") return adopt(batch, now());
  if (judged.kind === "unread" && judged.failure.kind !== "rejected") {
    return unasked(context, dispatch, past, judged.failure);
  }
  const { stopped, passed, isFinal } = judged.kind === "mixed" ? judged : NOBODY_KNOWS;
  if (!isFinal) await hold(context, dispatch, past, "not_reported_yet");
  const acceptedAt = batch.created_at ?? now().toISOString();
  return { kind: "recalled", batchId: batch.id, acceptedAt, stopped, passed, ...to };
}

/** There is no report, or none yet. */
const NOBODY_KNOWS = { stopped: new Set<string>(), passed: new Set<string>(), isFinal: false };

function adopt({ id, created_at, to }: Batch, now: Date): Ending {
  const acceptedAt = created_at ?? now.toISOString();
  return { kind: "accepted", batchId: id, acceptedAt, adopted: true, ...(to && { to }) };
}

async function ask({ client, observer, region, now }: RegionContext, dispatch: LotDispatch): Promise<Finding> {
  const request = requestOf(dispatch);
  const since = new Date(now().getTime() - LONGEST_SEARCH_MS);
  const isIt = (batch: Batch): boolean => !batch.canceled && compareBatch(batch, request).kind === "same";
  const finding = await client.findBatch(dispatch.reference, since, { isIt });
  const cause = finding.kind === "unasked" ? failureCause(finding.failure) : null;
  // What an absence means is told where it is known.
  if (finding.kind !== "absent") observer.asked({ region, answer: finding.kind, cause });
  return finding;
}

function requestOf({ send, lot, open }: LotDispatch): SentRequest {
  return { send, recipients: lot.recipients, open: open() };
}

async function unclear(
  context: RegionContext,
  dispatch: LotDispatch,
  past: Doubtful,
  { failure: { code } }: Extract<Finding, { kind: "unclear" }>,
): Promise<Ending> {
  const { now, unknownHoldMs } = context;
  if (now() >= dispatch.expireAt) {
    return { kind: "unknown", code, text: "the provider's list did not tell until the send expired" };
  }
  const at = nextClearLook({ ...past, looks: past.looks + 1, unknownHoldMs, now: now() });
  return askAt(context, dispatch, past, { code, at: at < dispatch.expireAt ? at : dispatch.expireAt });
}

async function askAt(
  context: RegionContext,
  dispatch: LotDispatch,
  { tries, since, looks }: Doubtful,
  { code, at }: { readonly code: string; readonly at: Date },
): Promise<never> {
  const doubt = { since, looks: looks + 1 };
  return putBackFailed(context, dispatch, { kind: "ask", at }, { tries, failure: { kind: "unknown", code }, doubt });
}

/** The list has shown batches with our reference, and none that is ours for certain. */
async function chosen(
  context: RegionContext,
  dispatch: LotDispatch,
  past: Doubtful,
  batches: readonly Batch[],
): Promise<Found> {
  const { client, log, region } = context;
  const choice = await chooseBatch(client, batches, requestOf(dispatch));
  switch (choice.kind) {
    case "found":
      return found(context, dispatch, past, choice.batch);
    case "unasked":
      return unasked(context, dispatch, past, choice.failure);
    case "others": {
      const { field } = choice;
      // Ours may be there as well, and be listed later.
      await hold(context, dispatch, past, OTHER_BATCH);
      log.warn({ region, jobId: dispatch.id, field }, "another batch has the reference of this one");
      const text = `the provider has a batch with its reference that is another one, by its ${field}; nothing was sent again`;
      return { kind: "unknown", code: OTHER_BATCH, text };
    }
  }
}

/** Whether what the list does not show now is not there. */
function isBelieved({ now, unknownHoldMs }: RegionContext, { since, looks, isForgotten = false }: Doubtful): boolean {
  const isHoldOver = now().getTime() - since.getTime() >= unknownHoldMs;
  return isHoldOver && (isForgotten || looks + 1 >= FEWEST_LOOKS);
}

/**
 * Comes back from here once the hold is over, and it was looked often enough.
 *
 * @throws before that: the job goes back to the queue, to be asked about again
 */
async function hold(context: RegionContext, dispatch: LotDispatch, past: Doubtful, code: string): Promise<void> {
  if (!isBelieved(context, past)) await lookAgain(context, dispatch, past, code);
}

async function lookAgain(context: RegionContext, dispatch: LotDispatch, past: Doubtful, code: string): Promise<never> {
  const { now, unknownHoldMs } = context;
  const at = nextLook({ ...past, looks: past.looks + 1, unknownHoldMs, now: now() });
  return askAt(context, dispatch, past, { code, at });
}

async function unasked(context: RegionContext, dispatch: LotDispatch, past: Past, failure: Failure): Promise<Ending> {
  const { now } = context;
  const isTooLate = now() >= dispatch.expireAt;
  if (isTooLate && past.kind === "doubtful") {
    return { kind: "unknown", code: failure.code, text: "the provider could not be asked until the send expired" };
  }
  const decision = decideUnasked(failure, policyInput(context));
  return putBackFailed(context, dispatch, decision, {
    tries: past.tries,
    failure,
    ...(past.kind === "doubtful" && { doubt: past }),
  });
}
