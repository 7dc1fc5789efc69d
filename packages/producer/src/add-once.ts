import { JOB_NAME, type Send } from "@volley/contract";
import type { Queue } from "bullmq";
import { claim, type ClaimInput, confirm, isEnqueued } from "./claim.ts";
import type { JobOptions } from "./job-options.ts";
import { ProducerError } from "./producer-error.ts";
import type { StillWanted } from "./redis-link.ts";
import { unlessKnown } from "./unless-known.ts";

/** A send that travels in its job. */
export type Addition = {
  readonly queue: Queue;
  readonly data: Send;
  readonly options: JobOptions;
  readonly input: ClaimInput;
  /** Throws whatever speaks against a new send. */
  readonly requireRoom: () => Promise<void>;
};

/** How often a send is added, should Redis forget it right away. */
const MOST_ADDS = 3;

/** How far an addition is. */
export type OnceState = {
  /** The send may be on its queue. */
  isHandedOver: boolean;
};

/**
 * Adds a send whose list travels in its job, once per key.
 *
 * @param stillWanted - asked before each step that would stand in the way of the caller's next try, or send something
 * @returns whether the send was on the queue before
 */
export async function addOnce(
  { queue, data, options, input, requireRoom }: Addition,
  state: OnceState,
  stillWanted: StillWanted,
): Promise<boolean> {
  // Now, and not within the add: nobody can ask there whether it is still wanted.
  await queue.waitUntilReady();
  // Before the claim: a key under which nothing was enqueued is still good for another content.
  await unlessKnown(requireRoom, async () => isEnqueued(input));
  await stillWanted();
  const claimed = await claim(input);
  if (claimed === "enqueued") return true;
  // Added by a call that did not live to say so. It is not added again: its job may go at any moment.
  if (claimed === "begun" && (await isEnqueued(input)) && (await confirm(input))) return true;
  for (let added = 1; added <= MOST_ADDS; added += 1) {
    await stillWanted();
    state.isHandedOver = true;
    await queue.add(JOB_NAME, data, options);
    if (await confirm(input)) return false;
  }
  throw new ProducerError("VOLLEY_REDIS_UNAVAILABLE", "Redis forgot the send right after it was added");
}
