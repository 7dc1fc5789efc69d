import { partId } from "@volley/contract";
import type { RegionContext } from "./region-context.ts";

/** Where BullMQ keeps a send's children. */
export type ChildrenKeys = {
  /** Set: those that have not ended. */
  readonly dependencies: string;
  /** Hash: those that were completed, with their results. They outlive the children's jobs. */
  readonly processed: string;
  /** Hash: those whose job failed, with the reason. */
  readonly failed: string;
  /** Sorted set: those that failed and would fail the send; none of ours. */
  readonly unsuccessful: string;
};

/** The keys of a send's children. @param id - the send's */
export function childrenKeys({ queue }: Pick<RegionContext, "queue">, id: string): ChildrenKeys {
  const key = queue.toKey(id);
  return {
    dependencies: `${key}:dependencies`,
    processed: `${key}:processed`,
    failed: `${key}:failed`,
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
