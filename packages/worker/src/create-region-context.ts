import type { Queue } from "bullmq";
import { regionNoticeKey } from "@volley/contract";
import { createCancellations } from "./cancellation.ts";
import type { RegionContext } from "./region-context.ts";
import { createRegionGuard } from "./region-guard.ts";
import type { RegionOptions, Shared } from "./region-worker.ts";

/**
 * Puts together what every step of a job needs to know.
 *
 * @param process.lockMs - lock of a job in milliseconds
 * @param process.isClosing - whether this process has been asked to stop
 */
export function createRegionContext(
  { name: region, client }: RegionOptions,
  { connection: redis, prefix, settings, memory, log, observer, now, random }: Shared,
  queue: Queue,
  { lockMs, isClosing }: { readonly lockMs: number; readonly isClosing: () => boolean },
): RegionContext {
  const { leadMs, unknownHoldMs, probeIntervalMs, keepRecipients, keepResults } = settings;
  const holdRegion = async (delayMs: number): Promise<void> => {
    // BullMQ overwrites: a short wait of this process must not end the long one of another.
    if (delayMs > (await queue.getRateLimitTtl())) await queue.rateLimit(delayMs);
  };
  const post = (notice: string | null, forMs: number): void => {
    const key = regionNoticeKey(prefix, region);
    const posted = notice === null ? redis.del(key) : redis.set(key, notice, "PX", Math.max(1, forMs));
    // It must not cost a job its way back to the queue.
    posted.catch((error: unknown) => log.debug({ region, err: error }, "no notice was posted"));
  };
  return {
    region,
    client,
    queue,
    redis,
    guard: createRegionGuard({ region, log, observer, now, holdRegion, post }),
    cancellations: createCancellations(redis, prefix, region),
    memory,
    log,
    observer,
    now,
    random,
    lockMs,
    leadMs,
    unknownHoldMs,
    probeIntervalMs,
    keepRecipients,
    keepResults,
    isClosing,
  };
}
