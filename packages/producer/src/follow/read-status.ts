import {
  cancelJobId,
  type JobData,
  LIMITS,
  readJobData,
  readTime,
  sendResultSchema,
  type SendResult,
} from "@volley/contract";
import type { Delivery } from "@volley/receipts";
import type { Job, JobState } from "bullmq";
import { isSend, mayBeThere } from "../redis/find-job.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { readDelivery } from "./read-delivery.ts";
import { estimateEnd, waitsAlone } from "../region/estimate-end.ts";
import { readRegionHealth, type RegionHealth } from "../region/region-health.ts";

/** Where a send is. */
export type SendStatus = {
  readonly id: string;
  readonly region: string;
  /**
   * `scheduled` until its time comes, `queued` while it waits for a worker, `sending` while a worker or its parts are at
   * work, `settled` with a result, `failed` when it could not even be read.
   */
  readonly state: "scheduled" | "queued" | "sending" | "settled" | "failed";
  /** Parts of a send of more than 1,000 recipients; `null` before it is planned, when it is settled, and for smaller ones. */
  readonly parts: { readonly total: number; readonly done: number } | null;
  /** When it is picked up at the earliest, while it is scheduled. */
  readonly until: string | null;
  readonly result: SendResult | null;
  /** By which it is found again; left out where it has none. */
  readonly label?: string;
  /**
   * About when it is done at its region's limits, with what is queued there now, and not before its `send_at`; `null` when it has ended, while nobody
   * knows how fast the region is, and while the region does not send. Where anything else waits in the region, `null`, too, but
   * for whoever has asked for it (`eta: true`): that has to be read.
   */
  readonly eta: string | null;
  /** When it is to be sent, while it is scheduled; left out where it says nothing about that. */
  readonly sendAt?: string;
  /** Which of its regions do not send at this moment, and why; left out where all do, and when it has ended. */
  readonly holds?: readonly RegionHold[];
  /** Which of its regions have a Redis of their own that cannot be reached: nothing here is of them. Left out where all can. */
  readonly unreachable?: readonly string[];
  /** Since when a cancellation waits for a worker's answer: no more of it goes to the provider. Left out where none waits. */
  readonly cancelAskedAt?: string;
  /** How far its messages are, by the provider's reports; `null` where none were asked for. */
  readonly delivery: Delivery | null;
  /** Why it failed. */
  readonly failure: string | null;
  /** How the last try ended, while it is not settled. */
  readonly last: { readonly outcome: string; readonly code: string; readonly at: string } | null;
};

/** A region that does not send. */
export type RegionHold = RegionHealth & { readonly region: string };

const STATES: ReadonlyMap<string, SendStatus["state"]> = new Map([
  ["delayed", "scheduled"],
  ["active", "sending"],
  ["waiting-children", "sending"],
  ["completed", "settled"],
  ["failed", "failed"],
]);

/** Why a worker puts a job back whose time has not come; whatever else it puts one back for holds up one that is due. */
const NOT_YET = "send_at";

/**
 * Reads where a send is from its job.
 *
 * @param isEtaAsked - whether to estimate when it is done though others wait before it
 * @returns `null` when there is none
 */
export async function readStatus(
  access: QueueAccess,
  { id, region }: SendAddress,
  isEtaAsked = false,
): Promise<SendStatus | null> {
  if (!(await mayBeThere(access, { id, region }))) return null;
  return access.link.run(async () => {
    const queue = access.queueOf(region);
    // Before the job: read after it, a job that ends in between would be settled without a result.
    const state = await queue.getJobState(id);
    const [job, question] = await Promise.all([queue.getJob(id), queue.getJob(cancelJobId(id))]);
    if (!job || !isSend(job)) return null;
    const status = await withEta(access, await statusOf(region, job, state), job, isEtaAsked);
    const endedAt = job.finishedOn === undefined ? null : new Date(job.finishedOn);
    const reported = { message: messageOf(readJobData(job.data)), result: status.result, endedAt };
    const delivery = await readDelivery(access, { id, region }, reported);
    return { ...status, delivery, ...waitsFor(question) };
  });
}

/** @param bullState - BullMQ's @param progress - of the job, the note of its last try */
export function stateOfJob(bullState: string, progress: unknown): SendStatus["state"] {
  const last = lastTry(progress);
  const isHeldBack = bullState === "delayed" && last !== null && last.code !== NOT_YET;
  return isHeldBack ? "queued" : (STATES.get(bullState) ?? "queued");
}

function waitsFor(question: Job | undefined): Pick<SendStatus, "cancelAskedAt"> {
  if (question === undefined || question.finishedOn !== undefined) return {};
  return { cancelAskedAt: new Date(question.timestamp).toISOString() };
}

async function withEta(
  access: QueueAccess,
  status: Omit<SendStatus, "eta" | "delivery">,
  job: Job,
  isAsked: boolean,
): Promise<Omit<SendStatus, "delivery">> {
  const { id, region, state, until, parts } = status;
  if (state === "settled" || state === "failed") return { ...status, eta: null };
  const now = new Date();
  const { health } = await readRegionHealth(access, region, now);
  if (health.state !== "open") return { ...status, eta: null, holds: [{ region, ...health }] };
  if (!isAsked && !(await waitsAlone(access, status))) return { ...status, eta: null };
  const from = new Date(Math.max(now.getTime(), until === null ? 0 : Date.parse(until)));
  const end = await estimateEnd(access, { id, region, left: recipientsLeft(job, parts), from });
  // What is handed over before its time, the provider keeps until then.
  const { sendAt } = sendAtOf(readJobData(job.data));
  const last = end === null || sendAt === undefined ? end : new Date(Math.max(end.getTime(), Date.parse(sendAt)));
  return { ...status, eta: last?.toISOString() ?? null };
}

/** Whom a send has still to reach; parts that are not done count as full. */
function recipientsLeft({ data, progress }: Job, parts: SendStatus["parts"]): number {
  if (parts !== null) return (parts.total - parts.done) * LIMITS.recipientsPerBatch;
  const to: unknown = Reflect.get(Object(data), "to");
  const staged: unknown = Reflect.get(Object(data), "staged");
  const count: unknown = Array.isArray(to) ? to.length : Reflect.get(Object(staged), "recipients");
  // How far it is with its lots stands in its note.
  const taken: unknown = Reflect.get(Object(progress), "taken");
  return typeof count === "number" ? Math.max(0, count - (typeof taken === "number" ? taken : 0)) : 0;
}

async function statusOf(
  region: string,
  job: Job,
  bullState: JobState | "unknown",
): Promise<Omit<SendStatus, "eta" | "delivery">> {
  const last = lastTry(job.progress);
  const state = stateOfJob(bullState, job.progress);
  const stored = readJobData(job.data);
  const result = sendResultSchema.safeParse(job.returnvalue);
  return {
    id: String(job.id),
    region,
    state,
    ...labelOf(stored),
    parts: stored.kind === "planned" ? await countParts(job, stored.data.planned.parts) : null,
    until: bullState === "delayed" ? delayedUntil(job, last).toISOString() : null,
    ...(state === "scheduled" && stored.kind === "send" && sendAtOf(stored)),
    result: state === "settled" && result.success ? result.data : null,
    failure: state === "failed" ? (job.failedReason ?? "unknown") : null,
    last: state === "settled" ? null : last,
  };
}

function labelOf(stored: JobData): Pick<SendStatus, "label"> {
  const { label } = messageOf(stored);
  return typeof label === "string" ? { label } : {};
}

/** When a send is to be sent. */
function sendAtOf(stored: JobData): { sendAt?: string } {
  const { send_at: sendAt } = messageOf(stored);
  const time = typeof sendAt === "string" ? readTime(sendAt) : null;
  return time === null ? {} : { sendAt: time.toISOString() };
}

export function messageOf({ kind, data }: JobData): Readonly<Record<string, unknown>> {
  return Object(kind === "send" ? data : data.message) as Record<string, unknown>;
}

/** BullMQ counts a delay from when the job was added or, once a worker put it back, from then. */
function delayedUntil(job: Job, last: SendStatus["last"]): Date {
  return new Date((last ? Date.parse(last.at) : job.timestamp) + job.delay);
}

async function countParts(job: Job, total: number): Promise<{ total: number; done: number }> {
  const { processed = 0, ignored = 0 } = await job.getDependenciesCount({ processed: true, ignored: true });
  return { total, done: processed + ignored };
}

function lastTry(progress: unknown): SendStatus["last"] {
  if (typeof progress !== "object" || progress === null || !("last" in progress)) return null;
  const { last } = progress;
  if (typeof last !== "object" || last === null) return null;
  const text = (key: string): string => String(Reflect.get(last, key) ?? "");
  return { outcome: text("outcome"), code: text("code"), at: text("at") };
}
