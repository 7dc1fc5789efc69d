import { readPiece, type SendResult, type Staged, type StagedPiece } from "@volley/contract";
import type { Job } from "bullmq";
import { inRoom } from "./in-room.ts";
import { isPart, sendIdOf } from "../terms/own-part.ts";
import { childrenKeys } from "../region/part-keys.ts";
import { readResult } from "../settle/part-results.ts";
import { partSize } from "../plan/split-send.ts";
import type { RegionContext } from "../region/region-context.ts";
import { stageKeyOf } from "../region/stage-key-of.ts";
import type { HeldJob } from "../job/store-data.ts";

/** What is found where a job's recipients should be. */
export type FetchedPiece =
  | { readonly kind: "piece"; readonly piece: StagedPiece }
  /** The part has ended before. */
  | { readonly kind: "ended"; readonly result: SendResult }
  /** There is nothing, or nothing that could have been staged. */
  | { readonly kind: "gone" };

/**
 * Fetches the recipients that a job sends to, and works on them. A large piece waits until the process has the memory for it,
 * and what it takes is given back when the work has ended.
 *
 * A part that was accepted is removed from the queue at once: ten thousand of them would push the results of other sends
 * out of what is kept. BullMQ then knows no more that it was there, and a planner that was frozen with its hand on it, and
 * wakes up only now, puts it on the queue a second time. So a part looks first whether its send has its result: that is
 * written in the same step in which the part is removed, and kept as long as the send.
 */
export async function withPiece<T>(
  context: RegionContext,
  held: HeldJob,
  { staged, piece }: Place,
  work: (fetched: FetchedPiece) => Promise<T>,
): Promise<T> {
  const { job } = held;
  const [found, result] = await fetchPiece(context, job, { staged, piece }, context.room.freely);
  if (typeof found !== "number") return work(read(job, staged, found, result));
  const large = {
    bytes: found,
    read: async () => fetchPiece(context, job, { staged, piece }, Number.MAX_SAFE_INTEGER),
    textOf: ([text]: Answer) => textOrNull(text),
  };
  return inRoom(context, held, large, async ([text, resultNow]) => work(read(job, staged, text, resultNow)));
}

/** Where recipients are staged. */
type Place = { readonly staged: Staged; readonly piece: number };

type Answer = [piece: unknown, result: unknown];

/** @returns the piece, or how many bytes it has where they are more than shall be read; and the result of the part */
async function fetchPiece(context: RegionContext, job: Job, { staged, piece }: Place, most: number): Promise<Answer> {
  const answer = await context.scripts.fetch({
    keys: [stageKeyOf(context, staged.id), childrenKeys(context, sendIdOf(job)).processed],
    values: [String(piece), context.queue.toKey(String(job.id)), most],
  });
  return Array.isArray(answer) ? [answer[0], answer[1]] : [null, null];
}

function read(job: Job, staged: Staged, found: unknown, result: unknown): FetchedPiece {
  const text = textOrNull(found);
  const ended = isPart(job) ? readResult(textOrNull(result)) : null;
  if (ended) return { kind: "ended", result: ended };
  const piece = text ? readPiece(text) : null;
  // Another number of recipients is another list than the one that was counted when the send was enqueued.
  if (piece === null || piece.recipients.length !== expectedSize(staged)) return { kind: "gone" };
  return { kind: "piece", piece };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Of a part, what its data says; a send of one piece has all of its recipients in it. */
function expectedSize({ recipients }: Staged): number {
  return partSize(recipients, 0);
}
