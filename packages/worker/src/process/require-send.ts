import { CANCEL_JOB_NAME, InvalidSendError, JOB_NAME, kindOf, type Problem, RESOLVE_JOB_NAME } from "@volley/contract";
import { type Job, UnrecoverableError } from "bullmq";

/** A send that was read, or everything that is wrong with it. */
type Reading<T> =
  { readonly ok: true; readonly send: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Of these a wrong spelling is shown: any other name may be a person's. */
const JOB_NAMES = [JOB_NAME, CANCEL_JOB_NAME, RESOLVE_JOB_NAME];

/**
 * The send of a job that may be one.
 *
 * @param read - reads the job's data
 * @throws UnrecoverableError with every mistake: no try will make such a job better
 */
export async function requireSend<T>(job: Job, read: () => Reading<T>): Promise<T> {
  const reading = job.name === JOB_NAME ? read() : wrongName(job.name);
  if (reading.ok) return reading.send;
  const error = new InvalidSendError([...reading.problems]);
  await job.log(error.message);
  throw new UnrecoverableError(error.message);
}

function wrongName(name: unknown): { ok: false; problems: Problem[] } {
  const message = `expected a job named "${JOB_NAME}", got ${kindOf(name, { words: JOB_NAMES })}`;
  return { ok: false, problems: [{ field: "job name", message }] };
}
