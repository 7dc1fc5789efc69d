import {
  pieceOf,
  readPiece,
  type ReadySend,
  type ReadyStagedSend,
  type SendResult,
  type Staged,
  type StagedPiece,
  stageKey,
  withPieceParameters,
} from "@volley/contract";
import type { StageEnd } from "../job/store-data.ts";
import { nobodies } from "../ledger/ledger.ts";
import { countedOf, partSize } from "../plan/split-send.ts";
import { childrenKeys } from "../region/part-keys.ts";
import type { RegionContext } from "../region/region-context.ts";
import { readResult } from "../settle/part-results.ts";
import type { HeldJob } from "../terms/held-job.ts";
import { inRoom } from "./in-room.ts";

/** A send or part with its recipients. */
type Found =
  | {
      readonly kind: "send";
      readonly send: ReadySend;
      /** What becomes of its stage once it is settled: its piece is done with. `null` where it has none. */
      readonly stage: StageEnd | null;
      /** Whether nobody knows any more who its recipients are: what is in doubt is asked about, and nothing sent. */
      readonly isGone: boolean;
    }
  /** The part has ended before. */
  | { readonly kind: "ended"; readonly result: SendResult };

type Work<T> = (found: Found) => Promise<T>;

/**
 * Works on a send or part of at most 1,000 recipients, wherever they are: in its job, or staged. A large piece of a stage
 * waits until the process has the memory for it, and what it takes is given back when the work has ended.
 *
 * A part may have ended before. Its job may no longer be kept, and a planner that was frozen when it was about to add the
 * part adds it a second time when it wakes up, as fresh as any. Its send knows the part's result as long as it is kept
 * itself, and takes no part afterwards.
 */
export async function withRecipients<T>(
  context: RegionContext,
  held: HeldJob,
  send: ReadySend | ReadyStagedSend,
  work: Work<T>,
): Promise<T> {
  if ("staged" in send) return withPiece(context, held, send, work);
  const { processed } = childrenKeys(context, held.sendId);
  const result = held.part === null ? null : readResult(await context.redis.hget(processed, held.key));
  return work(result ? { kind: "ended", result } : { kind: "send", send, stage: null, isGone: false });
}

async function withPiece<T>(context: RegionContext, held: HeldJob, send: ReadyStagedSend, work: Work<T>): Promise<T> {
  const found = async (answer: Answer): Promise<T> => work(read(context, held, send, answer));
  const answer = await fetchPiece(context, held, send.staged, context.room.freely);
  const [bytes] = answer;
  if (typeof bytes !== "number") return found(answer);
  const large = {
    bytes,
    read: async () => fetchPiece(context, held, send.staged, Number.MAX_SAFE_INTEGER),
    textOf: ([text]: Answer) => textOrNull(text),
  };
  return inRoom(context, held, large, found);
}

type Answer = [piece: unknown, result: unknown];

/** @returns the piece, or how many bytes it has where they are more than shall be read; and the result of the part */
async function fetchPiece(
  context: RegionContext,
  { key, sendId }: HeldJob,
  staged: Staged,
  most: number,
): Promise<Answer> {
  const answer = await context.scripts.fetch({
    keys: [stageKey(context.prefix, staged.id), childrenKeys(context, sendId).processed],
    values: [String(pieceOf(staged)), key, most],
  });
  return Array.isArray(answer) ? [answer[0], answer[1]] : [null, null];
}

function read(context: RegionContext, held: HeldJob, send: ReadyStagedSend, [found, ended]: Answer): Found {
  const { region, log } = context;
  const { staged } = send;
  const result = held.part === null ? null : readResult(textOrNull(ended));
  if (result) return { kind: "ended", result };
  const stage: StageEnd = { id: staged.id, end: { kind: "drop_piece", piece: pieceOf(staged) ?? 0 } };
  const text = textOrNull(found);
  const piece = text ? readPiece(text) : null;
  // Another number of recipients is another list than the one that was counted when the send was enqueued.
  const isGone = piece?.recipients.length !== partSize(staged.recipients, 0);
  if (piece && !isGone) return { kind: "send", send: sendTo(send, piece), stage, isGone };
  const { recipients } = staged;
  log.error({ region, jobId: held.id, recipients }, "staged recipients are gone");
  const nobody = { recipients: nobodies(recipients), parameters: new Map() };
  return { kind: "send", send: sendTo(send, nobody), stage, isGone };
}

/** The send as if its recipients stood in it. */
function sendTo(send: ReadyStagedSend, piece: StagedPiece): ReadySend {
  const { staged: _, parameters, ...rest } = send;
  const { count: __, ...counted } = countedOf(send);
  return {
    ...rest,
    recipients: { ...counted, accepted: piece.recipients },
    parameters: withPieceParameters(parameters, piece.parameters),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
