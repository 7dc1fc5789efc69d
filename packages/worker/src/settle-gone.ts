import { type Ledger, type ReadyStagedSend, type SendResult } from "@volley/contract";
import { askFirst } from "./ask-first.ts";
import type { Recalled } from "./close-recalled.ts";
import { CANCELED, closePiece, type Ending, EXPIRED, openLedger, type Piece } from "./ledger.ts";
import { partIndexOf } from "./own-part.ts";
import { pastOfJob } from "./past-of-job.ts";
import { recordResult } from "./record-result.ts";
import { referencesOf } from "./references-of.ts";
import type { RegionContext } from "./region-context.ts";
import { resultOfLedger } from "./result-of-ledger.ts";
import type { HeldJob, StageEnd } from "./store-data.ts";

/** A send or part whose staged recipients are gone. */
export type GoneSend = {
  readonly send: ReadyStagedSend;
  readonly original: unknown;
  readonly expireAt: Date;
  /** How far it was; `null` when nothing of it was refused yet. */
  readonly ledger: Ledger | null;
  /** What becomes of its stage. */
  readonly stage: StageEnd;
};

/** Why nobody is sent to: who they are, or what is theirs, is known to nobody any more. */
const GONE = {
  ending: "rejected",
  code: "recipients_gone",
  text: "its staged recipients are no longer in Redis",
} as const;

/**
 * Settles a send or part whose recipients are not where they were staged: Redis has lost them, or they were kept too
 * briefly. Where an earlier request may have been accepted, the provider is asked, as for any other; where not, nobody
 * was texted, and the result says so, with their number.
 *
 * @throws when the job goes back to the queue, to ask again later
 */
export async function settleGone(context: RegionContext, held: HeldJob, gone: GoneSend): Promise<SendResult> {
  const { send, original, stage } = gone;
  const { recipients: count, duplicate = 0, rejected = 0, refused = [] } = send.staged;
  const ledger = gone.ledger ?? openLedger(nobodies(count));
  const [piece, ...others] = ledger.pending;
  const ending = piece ? await endingOf(context, held, gone, piece) : null;
  const closed = piece && ending ? closePiece({ ...ledger, pending: [named(piece, ending)] }, ending) : ledger;
  const left = piece && ending ? others : ledger.pending;
  const failures = left.map(({ recipients }) => ({ ...GONE, recipients }));
  const whole = { ...closed, pending: [], failures: [...closed.failures, ...failures] };
  const recipients = {
    requested: count + duplicate + rejected,
    accepted: [],
    duplicate,
    rejected,
    refused,
    skipped: [],
  };
  const result = resultOfLedger(context.region, partIndexOf(held.job), recipients, whole);
  context.log.error({ region: context.region, jobId: held.job.id, recipients: count }, "staged recipients are gone");
  return recordResult(context, held, result, {
    message: send.message,
    original,
    stage,
    line: `${result.state}: the staged recipients are gone`,
  });
}

/** @returns `null` when nobody of the piece was texted, and nobody can be */
async function endingOf(
  context: RegionContext,
  { job, token }: HeldJob,
  { send, expireAt }: GoneSend,
  piece: Piece,
): Promise<Ending | Recalled | null> {
  const past = await pastOfJob(context, job);
  if (past.kind === "doubtful") {
    const reference = referencesOf(job, send)(piece.mark);
    const recipients = { requested: 0, accepted: [], duplicate: 0, rejected: 0, refused: [], skipped: [] };
    const adopted = await askFirst(
      context,
      { job, token, send: { ...send, recipients }, expireAt, piece, reference },
      past,
    );
    if (adopted) return adopted;
  }
  if (context.now() >= expireAt) return EXPIRED;
  return (await context.cancellations.isCanceled(job)) ? CANCELED : null;
}

/** So many recipients of whom nothing but their number is known. */
function nobodies(count: number): string[] {
  return Array.from({ length: count }, () => "");
}

/** A batch that was found says who of them were in it. */
function named(piece: Piece, ending: Ending | Recalled): Piece {
  const to = namesIn(ending);
  if (!to || piece.recipients[0] !== "") return piece;
  const known = to.slice(0, piece.recipients.length);
  return { ...piece, recipients: [...known, ...nobodies(piece.recipients.length - known.length)] };
}

function namesIn(ending: Ending | Recalled): readonly string[] | undefined {
  if (ending.kind === "recalled") return [...ending.passed, ...ending.stopped];
  return ending.kind === "accepted" ? ending.to : undefined;
}
