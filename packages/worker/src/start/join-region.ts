import type { Worker } from "bullmq";
import { keepLooking } from "../terms/keep-looking.ts";
import { TRY_INTERVAL_MS } from "../redis/redis-writes.ts";
import type { RegionContext } from "../region/region-context.ts";
import { SAY_INTERVAL_MS } from "../region/region-peers.ts";

/** Whom no job has tried out for so long, and who cannot reach the provider, is tried out by a question, in milliseconds. */
const TRIAL_AFTER_MS = 3_000;

/**
 * Takes part in a region: says again and again that this process is there, stops its worker while it stands aside, and
 * tries it out until it may come back. Where others have the region, it is tried out also where it gets no job to try: a
 * rollout with a wrong token is noticed when there is nothing to send. A region that is held is not asked.
 *
 * @returns ends it; what is in flight should have ended before
 */
export async function joinRegion(context: RegionContext, worker: Worker): Promise<() => void> {
  const { region, aside, writes, pulling, peers, queue, probeIntervalMs, log } = context;
  // Saying that it is there is a write: a process that has nothing to do notices by it that Redis refuses writes.
  const onError = (error: unknown): void => {
    if (!writes.isRefusal(error)) log.debug({ region, err: error }, "the region's workers could not be asked");
  };
  let isAlone = true;
  const look = async (): Promise<void> => {
    pulling.enforce();
    isAlone = await aside.look();
  };
  const tryOut = async (): Promise<void> => {
    if (aside.isUnreachable()) return aside.tryOut();
    if (isAlone || !aside.isUntried() || (await queue.getRateLimitTtl()) > 0) return;
    await aside.tryOut();
  };
  const comeBack = async (): Promise<void> => {
    if (aside.isAside() && !aside.isUnreachable()) await aside.tryOut();
  };
  await look().catch(onError);
  pulling.attach(worker);
  const ends = [
    keepLooking(look, SAY_INTERVAL_MS, onError),
    keepLooking(tryOut, TRIAL_AFTER_MS, onError),
    keepLooking(comeBack, probeIntervalMs, onError),
    keepLooking(writes.tryOut, TRY_INTERVAL_MS, onError),
  ];
  return () => {
    for (const end of ends) end();
    peers.leave().catch(onError);
  };
}
