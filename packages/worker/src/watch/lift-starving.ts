import { liftedKey } from "@volley/contract";
import type { Job } from "bullmq";
import { readNote } from "../job/note.ts";
import { keepLooking } from "../terms/keep-looking.ts";
import type { RegionContext } from "../region/region-context.ts";

/** What is needed to look after parts. */
type LiftStarvingOptions = Pick<RegionContext, "redis" | "prefix" | "region" | "queue" | "now" | "log"> & {
  /** How long the first part may wait behind other jobs, in milliseconds. @default 5000 */
  readonly starvesAfterMs?: number;
  /** @default 1000 */
  readonly lookIntervalMs?: number;
};

/** A long send may wait a little for others, but it has to go on. */
const STARVES_AFTER_MS = 5_000;

const LOOK_INTERVAL_MS = 1_000;

/** No part is on its way for longer: its send has expired then. */
const REMEMBERED_MS = 3 * 24 * 60 * 60_000;

/** The first part of a queue, as it was seen at a time. */
type Head = { readonly id: string; readonly since: number };

/**
 * Looks after the parts of long sends. BullMQ takes jobs without a priority first, always: sends of one part overtake long
 * ones, which is as it should be, but a flood of them would never let a part through. So when the first part has waited
 * for a while during which other jobs were waiting too, it is put in front of them: one part in that time and region,
 * over all processes, and none while the one before it is still on its way. Where a region is held, or so slow that a part
 * takes longer than that, all parts would stand before shorter sends soon.
 *
 * @returns ends it
 */
export function liftStarving(options: LiftStarvingOptions): () => void {
  const { region, log, now, starvesAfterMs = STARVES_AFTER_MS, lookIntervalMs = LOOK_INTERVAL_MS } = options;
  let head: Head | null = null;
  const look = async (): Promise<void> => {
    const id = await starvingCandidate(options);
    if (id === null || id !== head?.id) {
      head = id === null ? null : { id, since: now().getTime() };
      return;
    }
    if (now().getTime() - head.since < starvesAfterMs) return;
    head = null;
    if (await lift(options, id, starvesAfterMs)) log.debug({ region, jobId: id }, "a part goes before shorter sends");
  };
  return keepLooking(look, lookIntervalMs, (error) => {
    log.debug({ region, err: error }, "the queue's parts could not be looked at");
  });
}

/** The first part, where other jobs wait beside it. A queue that is paused starves nobody. */
async function starvingCandidate({ redis, queue }: LiftStarvingOptions): Promise<string | null> {
  const [others, first, isPaused] = await Promise.all([
    redis.llen(queue.toKey("wait")),
    redis.zrange(queue.toKey("prioritized"), "0", "0"),
    queue.isPaused(),
  ]);
  return others === 0 || isPaused ? null : (first[0] ?? null);
}

async function lift(
  { redis, prefix, region, queue }: LiftStarvingOptions,
  id: string,
  forMs: number,
): Promise<boolean> {
  const key = liftedKey(prefix, region);
  if ((await redis.set(key, id, "PX", forMs, "NX")) !== "OK") return false;
  const before = await redis.get(`${key}:last`);
  if (before !== null && (await isOnItsWay(queue, before))) return false;
  const job: Job | undefined = await queue.getJob(id);
  if (!job) return false;
  await redis.set(`${key}:last`, id, "PX", REMEMBERED_MS);
  await job.changePriority({ priority: 0, lifo: true });
  return true;
}

/** Whether a part that was put in front has its turns. One whose outcome is unknown waits for its time, and for nobody. */
async function isOnItsWay(queue: RegionContext["queue"], id: string): Promise<boolean> {
  const job: Job | undefined = await queue.getJob(id);
  const state = await job?.getState();
  if (state === "delayed") return readNote(job?.progress)?.last.outcome === "held";
  return state === "waiting" || state === "active";
}
