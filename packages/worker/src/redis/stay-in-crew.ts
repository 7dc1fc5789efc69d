import { setTimeout as pause } from "node:timers/promises";
import type { Crew } from "./crew.ts";
import { keepLooking } from "../terms/keep-looking.ts";
import type { Log } from "../terms/log.ts";
import type { RedisMemory } from "./redis-memory.ts";

/** How often a process shows that it is there, in milliseconds. */
const BEAT_MS = 500;

/** Redis may be away when a process leaves, which is missed soon enough then. */
const LEAVE_MS = 500;

/**
 * Joins the crew, and shows from then on that this process is there. Each time it looks first which Redis answers, so that the crew
 * is heard soon after a restart, whoever has jobs to do.
 *
 * @returns ends that. With nothing in hand any more the process leaves the crew; else it is missed, and nobody can say what it does
 */
export async function stayInCrew(
  crew: Crew,
  memory: RedisMemory,
  log: Log,
): Promise<(isIdle: boolean) => Promise<void>> {
  await crew.beat();
  const show = async (): Promise<void> => {
    await memory.recall();
    await crew.beat();
  };
  const end = keepLooking(show, BEAT_MS, (error) => log.debug({ err: error }, "the worker could not show itself"));
  return async (isIdle) => {
    end();
    if (!isIdle) return;
    await Promise.race([crew.leave().catch(() => {}), pause(LEAVE_MS, undefined, { ref: false })]);
  };
}
