import { readJobData, type SendResult, sendResultSchema } from "@volley/contract";
import { type Job, UnrecoverableError } from "bullmq";
import { messageOf, toldOf } from "../job/tell-send.ts";
import { toTell } from "../redis/tell-script.ts";
import type { RegionContext } from "../region/region-context.ts";

/** How often a result is read again because somebody else has changed it in between. */
const MOST_TRIES = 5;

/**
 * Replaces the result of a send that is settled: somebody has canceled it at the provider, or has decided what nobody
 * knew. BullMQ has no call for that, so the job's fields are written as BullMQ itself writes them.
 *
 * @param job - as it was read; it is left alone when its result is another one by now, or it is gone
 * @returns whether the result was written
 */
export async function rewriteResult(context: RegionContext, job: Job, result: SendResult): Promise<boolean> {
  const read = JSON.stringify(job.returnvalue);
  const event = toTell(toldOf(context, job, messageOf(job), result));
  const values = [read, JSON.stringify(result), dataWith(job, result), event];
  return (await context.scripts.rewrite({ keys: [context.queue.toKey(String(job.id))], values })) === 1;
}

/**
 * Changes the result of a send that is settled, whoever else changes it at the same time: a cancellation and a decision
 * may meet, and neither may be lost.
 *
 * @param change - may be called several times, each time with the result as it is by then; returned as it is, nothing is
 *   written
 * @returns the result as it is afterwards
 * @throws UnrecoverableError when the job has no result (any more), or what it was changed to is none
 */
export async function changeResult(
  context: RegionContext,
  id: string,
  change: (result: SendResult) => SendResult | Promise<SendResult>,
): Promise<SendResult> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const job = await context.queue.getJob(id);
    const read = sendResultSchema.safeParse(job?.returnvalue);
    if (!job || !read.success) throw new UnrecoverableError("the send has no result");
    const changed = await change(read.data);
    if (changed === read.data) return changed;
    refuseUnreadable(changed);
    if (await rewriteResult(context, job, changed)) return changed;
  }
  throw new Error(`the result was changed by others ${MOST_TRIES} times in a row`);
}

/** @throws UnrecoverableError for what nobody could read again: then neither a cancellation nor a decision would ever end */
export function refuseUnreadable(result: SendResult): void {
  const fields = sendResultSchema.safeParse(result).error?.issues.map(({ path }) => path.join("."));
  if (fields) throw new UnrecoverableError(`no result of a send can have such ${fields.join(", ")}`);
}

/** The data of a settled job with another result; nothing for one that is not settled. */
export function dataWith(job: Job, result: SendResult): string {
  const stored = readJobData(job.data);
  return stored.kind === "settled" ? JSON.stringify({ ...stored.data, settled: result }) : "";
}
