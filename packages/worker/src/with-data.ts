import { isStaged } from "@volley/contract";
import { UnrecoverableError } from "bullmq";
import { readBegun } from "./begun.ts";
import { leaveHeld, leaveToNext } from "./hold-job.ts";
import { leaveToOther } from "./leave-job.ts";
import { countValues, leastMemoryNeed, memoryNeed } from "./memory-need.ts";
import { pastOfJob } from "./past-of-job.ts";
import type { RegionContext } from "./region-context.ts";
import { MOST_PER_BYTE, type Room, type Share } from "./room.ts";
import type { HeldJob } from "./store-data.ts";

/**
 * Of jobs with more data than this, in bytes, one is read at a time, and of those with more values one is worked on at a
 * time: a hundred thousand recipients with their names keep the process busy for a second or more, and while ten such jobs
 * are read one after the other without a pause, the locks of all run out.
 */
const MOST_BESIDE_OTHERS = { bytes: 256 * 1_024, values: 20_000 };

/** How long a job that is too large for this process, and was begun by another one, waits for one that has the memory. */
const NEXT_WORKER_MS = 60_000;

const MB = 1_000_000;

/**
 * Works on a job once its data is there: nearly always it is. A job whose data was left out when it was picked up waits until
 * the process has the memory for it, holding nothing but its lock. What it takes is given back when the work has ended.
 *
 * @throws UnrecoverableError for a job that this process can never read
 */
export async function withData<T>(context: RegionContext, held: HeldJob, work: () => Promise<T>): Promise<T> {
  const { job } = held;
  // Nobody's data is a number; where it is, it is read as it stands.
  const bytes: unknown = job.data;
  if (typeof bytes !== "number") return work();
  let share = await takeShare(context.room, bytes);
  try {
    share = await readData(context, held, share, bytes);
    // Recipients who are staged are not in it, and their piece takes a share of its own.
    if (isStaged(job.data)) share.giveBack();
    return await work();
  } finally {
    job.data = null;
    share.giveBack();
  }
}

/** More than half of the room is for one job alone. */
async function takeShare(room: Room, bytes: number): Promise<Share> {
  const most = bytes * MOST_PER_BYTE;
  return room.take(bytes <= MOST_BESIDE_OTHERS.bytes ? most : Math.max(most, Math.floor(room.bytes / 2) + 1));
}

/** @returns the share that the job takes */
async function readData(context: RegionContext, held: HeldJob, share: Share, bytes: number): Promise<Share> {
  const { job } = held;
  // It waited for its turn, and this process stops: what it would read now is for another one.
  if (context.isClosing()) return leaveUnread(context, held);
  if (leastMemoryNeed(bytes) > context.room.bytes) return refuseLarge(context, held, leastMemoryNeed(bytes));
  const text = await context.redis.hget(context.queue.toKey(String(job.id)), "data");
  if (text === null) leaveToOther();
  const values = countValues(text);
  const need = memoryNeed(text, values);
  if (need > context.room.bytes) return refuseLarge(context, held, need);
  const own = need > share.bytes ? await context.room.exchange(share, need) : share;
  if (values <= MOST_BESIDE_OTHERS.values) own.shrinkTo(need);
  job.data = JSON.parse(text);
  return own;
}

async function leaveUnread(context: RegionContext, { job, token }: HeldJob): Promise<never> {
  const taken = (await readBegun(context, job)).kept?.ledger.taken ?? 0;
  return leaveToNext(context, { job, token, taken }, await pastOfJob(context, job, taken));
}

/**
 * Ends a job that needs more memory than there is. Where something of it may have been sent, that is for a worker to settle
 * that has the memory.
 *
 * @throws always
 */
export async function refuseLarge(context: RegionContext, { job, token }: HeldJob, needBytes: number): Promise<never> {
  const { region, log, now, room } = context;
  const reason =
    `the job needs about ${inMB(needBytes)} MB of memory, and this worker has ${inMB(room.bytes)} MB for jobs: ` +
    "stage its recipients (enqueue does), or give the worker more memory";
  const begun = await readBegun(context, job);
  const taken = begun.kept?.ledger.taken ?? 0;
  const past = await pastOfJob(context, job, taken);
  if (past.kind === "clean" && begun.record === null && begun.kept === null) throw new UnrecoverableError(reason);
  log.error({ region, jobId: job.id, reason }, "a job that was begun needs a worker with more memory");
  const until = new Date(now().getTime() + NEXT_WORKER_MS);
  return leaveHeld(context, { job, token, taken }, past, { code: "too_large", until });
}

function inMB(bytes: number): string {
  return Math.ceil(bytes / MB).toLocaleString("en");
}
