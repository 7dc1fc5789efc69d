import { isStaged } from "@volley/contract";
import { inRoom } from "../dispatch/in-room.ts";
import { leaveLost } from "../job/put-back.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/**
 * Works on a job once its data is there: nearly always it is. The data of a job that was left out when it was picked up is
 * read when the process has the memory for it.
 *
 * @throws UnrecoverableError for a job that this process can never read
 */
export async function withData<T>(context: RegionContext, held: HeldJob, work: () => Promise<T>): Promise<T> {
  const { job } = held;
  // Nobody's data is a number; where it is, it is read as it stands.
  const bytes: unknown = job.data;
  if (typeof bytes !== "number") return work();
  const read = async (): Promise<string | null> => context.redis.hget(held.key, "data");
  return inRoom(context, held, { bytes, read, textOf: (text) => text }, async (text, giveBack) => {
    if (text === null) leaveLost();
    job.data = JSON.parse(text);
    // Recipients who are staged are not in it, and their piece takes a share of its own.
    if (isStaged(job.data)) giveBack();
    return work().finally(() => (job.data = null));
  });
}
