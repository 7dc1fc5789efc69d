import { partId } from "@volley/contract";
import type { RegionContext } from "./region-context.ts";

type ChildrenKeys = Readonly<Record<"dependencies" | "processed" | "failed" | "unsuccessful", string>>;

/** Where BullMQ keeps a send's children. @param id - the send's */
export function childrenKeys({ queue }: Pick<RegionContext, "queue">, id: string): ChildrenKeys {
  const key = queue.toKey(id);
  return {
    /** Set: those that have not ended. */
    dependencies: `${key}:dependencies`,
    /** Hash: those that were completed, with their results. They outlive the children's jobs. */
    processed: `${key}:processed`,
    /** Hash: those whose job failed, with the reason. */
    failed: `${key}:failed`,
    /** Sorted set: those that failed and would fail the send; none of ours. */
    unsuccessful: `${key}:unsuccessful`,
  };
}

/** The key of a part's job, by which its send knows it. */
export function partKey({ queue }: Pick<RegionContext, "queue">, id: string, part: number): string {
  return queue.toKey(partId(id, part));
}

/** What the keys of all parts of a send begin with; a part's index follows. */
export function partKeyStem(context: Pick<RegionContext, "queue">, id: string): string {
  return partKey(context, id, 0).slice(0, -1);
}

/**
 * A bit for each part of a send: 1 until the first request of the part may be made. An operator may take parts off the queue
 * (`queue.drain()`), and with them all that their jobs know: by this their send still tells which of them were certainly
 * never sent. Where it is gone, nobody knows it of any.
 */
export function unbegunKey({ queue }: Pick<RegionContext, "queue">, id: string): string {
  return `${queue.toKey(id)}:unbegun`;
}
