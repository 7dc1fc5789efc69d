import { regionSuspensionKey } from "@volley/contract";
import { keepLooking } from "../terms/keep-looking.ts";
import { tellSuspension } from "../region/tell-suspension.ts";
import type { RegionContext } from "../region/region-context.ts";

/**
 * Ends a suspension that another process has found to be over, or that nobody has confirmed any more: a process that
 * gets no job to try would otherwise report its region as suspended for ever.
 *
 * The notice of the suspension is what all processes share: it is taken back by the first whose request is taken, and it
 * runs out when no probe renews it. That the region backs off is another notice, which comes and goes without it.
 *
 * @param intervalMs - how often it looks while the region is suspended
 * @returns ends the watch
 */
export function watchSuspension(
  context: Pick<RegionContext, "region" | "redis" | "prefix" | "guard" | "keepEvents" | "now" | "log">,
  intervalMs: number,
): () => void {
  const { region, redis, prefix, guard, log } = context;
  const look = async (): Promise<void> => {
    if (guard.isSuspended() && (await redis.exists(regionSuspensionKey(prefix, region))) === 0) guard.released();
    // Also what a process has left untold that is gone, or could not write it.
    await tellSuspension(context);
  };
  return keepLooking(look, intervalMs, (error) => {
    log.debug({ region, err: error }, "the region's notice could not be read");
  });
}
