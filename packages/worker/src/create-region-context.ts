import type { Queue } from "bullmq";
import { createCancellations } from "./cancellation.ts";
import type { RegionContext } from "./region-context.ts";
import { createRegionGuard } from "./region-guard.ts";
import type { RegionOptions, Shared } from "./region-worker.ts";

/**
 * Puts together what every step of a job needs to know.
 *
 * @param lockMs - lock of a job in milliseconds
 */
export function createRegionContext(
  { name: region, client }: RegionOptions,
  { connection: redis, prefix, settings, memory, log, observer, now, random }: Shared,
  queue: Queue,
  lockMs: number,
): RegionContext {
  const { leadMs, unknownHoldMs, probeIntervalMs, keepRecipients } = settings;
  const holdRegion = async (delayMs: number): Promise<void> => {
    // BullMQ overwrites: a short wait of this process must not end the long one of another.
    if (delayMs > (await queue.getRateLimitTtl())) await queue.rateLimit(delayMs);
  };
  return {
    region,
    client,
    queue,
    redis,
    guard: createRegionGuard({ region, log, observer, now, holdRegion }),
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
  };
}
