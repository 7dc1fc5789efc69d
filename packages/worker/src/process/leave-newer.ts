import { NEWER_VERSION, PAYLOAD_VERSION } from "@volley/contract";
import { putBackUnsent } from "../job/put-back.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** While workers are replaced it is soon picked up by one that knows. */
const AGAIN_MS = 5_000;

/**
 * Leaves a job to a newer worker that was made for a later version of the payload: nothing of it is read, so nothing is guessed,
 * sent or refused.
 *
 * @throws always, see {@link putBackUnsent}
 */
export async function leaveNewer(context: RegionContext, held: HeldJob): Promise<never> {
  const { region, log, observer, now } = context;
  const { job, id: jobId } = held;
  observer.newerJob({ region });
  if (job.attemptsStarted === 1) {
    const text = "a job was made for a newer worker, and waits for one";
    log.warn({ region, jobId, version: PAYLOAD_VERSION }, text);
    await job.log(text);
  }
  return putBackUnsent(context, held, { code: NEWER_VERSION, until: new Date(now().getTime() + AGAIN_MS) });
}
