import { InvalidSendError, JOB_NAME, type Problem } from "@volley/contract";
import { type Job, UnrecoverableError } from "bullmq";

/** A send that was read, or everything that is wrong with it. */
type Reading<T> =
  { readonly ok: true; readonly send: T } | { readonly ok: false; readonly problems: readonly Problem[] };

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

function wrongName(name: string): { ok: false; problems: Problem[] } {
  const message = `expected a job named "${JOB_NAME}", got ${JSON.stringify(name.slice(0, 40))}`;
  return { ok: false, problems: [{ field: "job name", message }] };
}
