import { isCountedId, JOB_NAME, readJobData, type SendResult } from "@volley/contract";
import { failedEvent, settledEvent, type VolleyEvent } from "@volley/receipts";
import type { Job } from "bullmq";
import type { RegionContext } from "../region/region-context.ts";
import { toTell } from "../redis/tell-script.ts";
import { holdJob } from "../terms/held-job.ts";

type Told = Pick<RegionContext, "region" | "now">;

/** The event that tells of a send's result. @param message - the send as far as it is the same for everybody */
export function toldOf({ region, now }: Told, job: Job, message: object, result: SendResult): VolleyEvent {
  return settledEvent(aboutOf({ region, now }, job, message), result);
}

/**
 * Tells that a send has failed, before it does: BullMQ's own step cannot. A worker that dies between the two has told what the
 * next one comes to as well, and tells it once.
 */
export async function tellFailed(context: RegionContext, job: Job, reason: string): Promise<void> {
  const { key, part } = holdJob(job, "");
  if (job.name !== JOB_NAME || part !== null) return;
  const event = failedEvent(aboutOf(context, job, messageOf(job)), reason);
  await context.scripts.tell({ keys: [key], values: [toTell(event)] });
}

function aboutOf({ region, now }: Told, job: Job, message: object) {
  const id = String(job.id);
  const createdAt = isCountedId(id) ? job.timestamp : null;
  return { region, id, createdAt, reference: Reflect.get(message, "client_reference") as unknown, at: now() };
}

/** Of a job that failed since it is no send this may be anything. */
export function messageOf({ data }: Job): object {
  const stored = readJobData(data);
  if (stored.kind !== "send") return stored.data.message;
  return typeof data === "object" && data !== null ? data : {};
}
