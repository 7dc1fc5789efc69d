import { stageKey } from "@volley/contract";
import { prefixOf } from "./prefix-of.ts";
import type { RegionContext } from "./region-context.ts";

/** The Redis key of a stage, beside the region's queue. */
export function stageKeyOf(context: Pick<RegionContext, "queue">, id: string): string {
  return stageKey(prefixOf(context), id);
}
