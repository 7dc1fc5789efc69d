import { readPiece, type SendResult, type Staged, type StagedPiece } from "@volley/contract";
import type { Job } from "bullmq";
import { isPart, sendIdOf } from "./own-part.ts";
import { childrenKeys } from "./part-keys.ts";
import { readResult } from "./part-results.ts";
import { partSize } from "./split-send.ts";
import type { RegionContext } from "./region-context.ts";
import { stageKeyOf } from "./stage-key-of.ts";

/** What is found where a job's recipients should be. */
export type FetchedPiece =
  | { readonly kind: "piece"; readonly piece: StagedPiece }
  /** The part has ended before. */
  | { readonly kind: "ended"; readonly result: SendResult }
  /** There is nothing, or nothing that could have been staged. */
  | { readonly kind: "gone" };

/**
 * Fetches the recipients that a job sends to.
 *
 * A part that was accepted is removed from the queue at once: ten thousand of them would push the results of other sends
 * out of what is kept. BullMQ then knows no more that it was there, and a planner that was frozen with its hand on it, and
 * wakes up only now, puts it on the queue a second time. So a part looks first whether its send has its result: that is
 * written in the same step in which the part is removed, and kept as long as the send.
 */
export async function fetchPiece(
  context: RegionContext,
  job: Job,
  staged: Staged,
  piece: number,
): Promise<FetchedPiece> {
  const id = String(job.id);
  const answer = await context.scripts.fetch({
    keys: [stageKeyOf(context, staged.id), childrenKeys(context, sendIdOf(job)).processed],
    values: [String(piece), context.queue.toKey(id)],
  });
  const [text, result] = Array.isArray(answer) ? answer.map(textOrNull) : [];
  const ended = isPart(job) ? readResult(result ?? null) : null;
  if (ended) return { kind: "ended", result: ended };
  const read = text ? readPiece(text) : null;
  // Another number of recipients is another list than the one that was counted when the send was enqueued.
  if (read === null || read.recipients.length !== expectedSize(staged)) return { kind: "gone" };
  return { kind: "piece", piece: read };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Of a part, what its data says; a send of one piece has all of its recipients in it. */
function expectedSize({ recipients }: Staged): number {
  return partSize(recipients, 0);
}
