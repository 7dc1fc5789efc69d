import { DEFAULT_PREFIX, stageKey } from "@volley/contract";
import type { RegionContext } from "./region-context.ts";

/** The Redis key of a stage, beside the region's queue. */
export function stageKeyOf({ queue }: Pick<RegionContext, "queue">, id: string): string {
  return stageKey(queue.opts.prefix ?? DEFAULT_PREFIX, id);
}
