import { JOB_NAME, type StagedSend } from "@volley/contract";
import type { Queue } from "bullmq";
import { claim, type ClaimInput } from "./claim.ts";
import { confirmStaged, mayPointAt, writeCounts } from "./claim-staged.ts";
import { jobOptions } from "./job-options.ts";
import type { ListCounts } from "./list-counts.ts";
import { ProducerError } from "./producer-error.ts";
import type { StillWanted } from "./redis-link.ts";
import { forgotten, type Stage } from "./stage.ts";

/** A staged send that is ready to be put on the queue. */
export type StagedAddition = {
  readonly queue: Queue;
  readonly id: string;
  readonly data: StagedSend;
  readonly delayMs: number;
  readonly stage: Stage;
  /** How long the stage lives from now on. */
  readonly keepMs: number;
  readonly counts: ListCounts;
  readonly claimInput: ClaimInput;
};

/** How far an addition is. Whoever gives it up has to know whether a job may point at the stage. */
export type AdditionState = {
  /** A job may point at the stage: it must not be removed. */
  isHandedOver: boolean;
};

/** How often a send is added, should Redis forget it right away. */
const MOST_ADDS = 3;

/**
 * Adds the one job that points at a stage. Each step may be the last one of a process that dies:
 *
 * - before the stage is kept: it expires soon, and the key is as good as new;
 * - before the job is added: the key is begun but has no job, so that the next call stages and adds anew;
 * - before that is written down: the next call stages anew, finds the job, which names another stage, and removes its own.
 *
 * @param stillWanted - asked before each step that would stand in the way of the caller's next try, or send something
 * @returns whether the send was on the queue before; the stage is then gone
 */
export async function addStaged(
  addition: StagedAddition,
  state: AdditionState,
  stillWanted: StillWanted,
): Promise<boolean> {
  const { queue, id, data, delayMs, stage, keepMs, counts, claimInput } = addition;
  const options = jobOptions(id, delayMs, data.priority);
  // Now, and not between the next steps: what dies there leaves a stage behind that is kept for days.
  await queue.waitUntilReady();
  await stillWanted();
  const claimed = await claim(claimInput, writeCounts(counts));
  if (claimed === "enqueued") {
    await stage.discard();
    return true;
  }
  for (let added = 1; added <= MOST_ADDS; added += 1) {
    if (!(await stage.keep(keepMs))) throw forgotten();
    // Once the caller has been told that the time is over, the stage may be gone.
    await stillWanted();
    state.isHandedOver = true;
    await queue.add(JOB_NAME, data, options).catch(async (error: unknown) => {
      // Redis has answered, but perhaps to a repetition: when a connection breaks, ioredis sends its commands once more.
      if (error instanceof Error && error.name === "ReplyError")
        state.isHandedOver = await mayPointAt(claimInput, stage);
      throw error;
    });
    const confirmed = await confirmStaged(claimInput, stage, counts);
    if (confirmed === "own") return false;
    if (confirmed === "other") return claimed === "begun";
    if (confirmed === "incomplete") {
      await queue.remove(id);
      throw forgotten();
    }
  }
  throw new ProducerError("VOLLEY_REDIS_UNAVAILABLE", "Redis forgot the send right after it was added");
}
