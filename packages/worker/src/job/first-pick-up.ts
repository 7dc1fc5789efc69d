import type { Job } from "bullmq";
import { readNote } from "./note.ts";

/**
 * Whether nobody has had a job before, as far as anything says. Who retries a job that failed may have its pick-ups counted
 * anew: its failures, the workers that it has lost and the traces of its errors tell of it all the same.
 */
export function isFirstPickUp(job: Job): boolean {
  const { attemptsStarted, attemptsMade, stalledCounter, stacktrace, progress } = job;
  const setbacks = attemptsMade + stalledCounter + (stacktrace?.length ?? 0);
  return attemptsStarted <= 1 && setbacks === 0 && readNote(progress) === null;
}
