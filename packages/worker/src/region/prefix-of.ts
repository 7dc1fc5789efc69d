import { DEFAULT_PREFIX } from "@volley/contract";
import type { RegionContext } from "./region-context.ts";

/** BullMQ's prefix, under which everything of a region stands. */
export function prefixOf({ queue }: Pick<RegionContext, "queue">): string {
  return queue.opts.prefix ?? DEFAULT_PREFIX;
}
