import type { Queue } from "bullmq";
import { type Patience, until } from "./until.ts";

/** Waits until a queue has nothing left to do. @returns how many jobs have failed */
export async function drained(queue: Queue, patience: Patience): Promise<number> {
  return until("the end of all jobs", patience, async () => {
    const { failed = 0, completed: _, paused: __, ...left } = await queue.getJobCounts();
    return Object.values(left).every((count) => count === 0) ? failed : null;
  });
}
