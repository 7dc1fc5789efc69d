import { type KeptLedger, type ReadySend, type SendResult, valuesOfNumbers } from "@volley/contract";
import { pastOfJob, pastOfNextLot } from "../job/past-of-job.ts";
import { putBackUnsent } from "../job/put-back.ts";
import type { StageEnd } from "../job/store-data.ts";
import { nextLot } from "../ledger/cut-lot.ts";
import { keepLedger } from "../ledger/keep-ledger.ts";
import { afterLot, type LotEnding } from "../ledger/after-lot.ts";
import { type Ledger, type Lot, openLedger, peoplePending, suffixOf } from "../ledger/ledger.ts";
import { costOfSend } from "../ledger/message-cost.ts";
import { requestLimit } from "../ledger/request-limit.ts";
import type { RegionContext } from "../region/region-context.ts";
import { settleLots } from "../settle/settle-lots.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { dispatchLot } from "./dispatch-lot.ts";
import { noteWaiting } from "./note-waiting.ts";
import { referencesOf } from "./references-of.ts";
import { tellAccepted } from "./tell-accepted.ts";

/** A send or part of at most 1,000 recipients on its way to the provider. */
export type Dispatch = {
  readonly send: ReadySend;
  readonly expireAt: Date;
  /** How far it is; `null` when it was not begun, or nothing is known of it. */
  readonly kept: KeptLedger | null;
  /** The digest of what stands in the job. */
  readonly content: () => string;
  /** What becomes of its stage when it is settled; `null` where it has none. */
  readonly stage: StageEnd | null;
  /** Whether nobody knows any more who its recipients are: what is in doubt is asked about, and nothing sent. */
  readonly isGone: boolean;
};

/**
 * Hands a send or part to the provider: one lot, one request, in nearly all cases. There are more when the region's pace
 * is too slow for a whole batch, and when the provider rejects recipients: then how far it is, is kept after every answer.
 */
export async function dispatchJob(context: RegionContext, held: HeldJob, dispatch: Dispatch): Promise<SendResult> {
  const { send, expireAt, isGone } = dispatch;
  const people = send.recipients.accepted;
  const referenceOf = referencesOf(held.job, send);
  let { kept } = dispatch;
  let ledger: Ledger = kept ? { ...kept.ledger, people } : openLedger(people);
  let past = await pastOfJob(context, held);
  let isFirst = true;
  for (let lot = lotOf(context, dispatch, ledger); lot; lot = lotOf(context, dispatch, ledger)) {
    const { taken } = ledger;
    const open = openOf(ledger);
    const reference = referenceOf(suffixOf(ledger));
    const values = valuesOf(lot);
    const own = { ...held, send, expireAt, isGone, taken, lot, values, open, reference, isFirst };
    const ending = await dispatchLot(context, own, past);
    if (ending.kind === "accepted") await tellAccepted(context, own, ending.batchId);
    const before = ledger;
    ledger = afterLot(before, lot, ending);
    if (ending.kind === "accepted") await noteWaiting(context, own, ending.batchId, { before, after: ledger });
    // Who was left out is proved by the step that keeps it, even where it is the last one.
    if (ledger.pending.length > 0 || ending.kind === "suppressed") {
      const line = lineOf(ending, lot);
      const subject = kept?.subject ?? subjectOf(dispatch);
      kept = await keepLedger(context, held, { subject, ledger }, { before: kept, line });
      past = await pastOfNextLot(context, held);
      // A process that stops has no time for a hundred lots. The note that it leaves is about the next one, which may be
      // in doubt: newer than what Redis has forgotten, it would pass for a proof.
      const next = { ...held, taken: ledger.taken };
      if (context.isClosing()) await putBackUnsent(context, next, { past, code: "worker_stops" });
    }
    isFirst = false;
  }
  return settleLots(context, held, dispatch, { ledger, kept });
}

/** As many as the region's pace allows in one request; all of those who are known to nobody any more. */
function lotOf({ limits }: RegionContext, { send, isGone }: Dispatch, ledger: Ledger): Lot | null {
  const now = limits.current();
  const limit = isGone ? Number.POSITIVE_INFINITY : requestLimit(now);
  return nextLot(ledger, limit, costOfSend(send, now.rateUnit));
}

/** What the log of a job says of a lot after which it goes on. */
function lineOf(ending: LotEnding, { recipients }: Lot): string {
  if (ending.kind === "refused") return `refused (${ending.code}), ${recipients.length} recipients; goes on`;
  return ending.kind === "suppressed" ? `left out (opted_out), ${ending.recipients.size} recipients; goes on` : "";
}

function valuesOf({ recipients }: Lot): () => Float64Array {
  let values: Float64Array | null = null;
  return () => (values ??= valuesOfNumbers(recipients));
}

function openOf(ledger: Ledger): () => string[] {
  return () => peoplePending(ledger).map(({ recipient }) => recipient);
}

function subjectOf({ send, content }: Dispatch): KeptLedger["subject"] {
  const { accepted, duplicate, rejected } = send.recipients;
  return { content: content(), people: accepted.length, duplicate, rejected };
}
