import { UnrecoverableError } from "bullmq";
import { readBegun } from "../plan/plan-record.ts";
import { putBackUnsent } from "../job/put-back.ts";
import { countValues, leastMemoryNeed, memoryNeed } from "../region/memory-need.ts";
import { pastOfJob } from "../job/past-of-job.ts";
import type { RegionContext } from "../region/region-context.ts";
import { MOST_PER_BYTE, type Room } from "../region/room.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** Something large in Redis that a job needs. */
export type Large<Found> = {
  /** Its size in bytes. */
  readonly bytes: number;
  /** Reads it. */
  readonly read: () => Promise<Found>;
  /** Its text; `null` where it is gone. */
  readonly textOf: (found: Found) => string | null;
};

/**
 * Of what has more bytes than this one is read at a time, and of that with more values one is worked on at a time: a hundred
 * thousand recipients with their names keep the process busy for a second or more, and while ten such jobs are read one after
 * the other without a pause, the locks of all run out.
 */
const MOST_BESIDE_OTHERS = { bytes: 256 * 1_024, values: 20_000 };

/** How long a job that is too large for this process, and was begun by another one, waits for one that has the memory. */
const NEXT_WORKER_MS = 60_000;

const MB = 1_000_000;

/**
 * Reads something large once the process has the memory for it, and works on it. Until then the job holds nothing but its lock;
 * what it takes is given back when the work has ended.
 *
 * @param work - may give the memory back earlier, where nothing of what was found is kept
 * @throws UnrecoverableError where there is not so much memory
 */
export async function inRoom<Found, T>(
  context: RegionContext,
  held: HeldJob,
  { bytes, read, textOf }: Large<Found>,
  work: (found: Found, giveBack: () => void) => Promise<T>,
): Promise<T> {
  const { room } = context;
  // Nearly always enough: what its values take is known only when it was read.
  let wanted = firstShare(room, bytes);
  for (;;) {
    const share = await room.take(wanted);
    try {
      // It waited for its turn, and this process stops: what it would read now is for another one.
      if (context.isClosing()) return await leaveUnread(context, held);
      if (leastMemoryNeed(bytes) > room.bytes) return await refuseLarge(context, held, leastMemoryNeed(bytes));
      const found = await read();
      const text = textOf(found) ?? "";
      const values = countValues(text);
      wanted = memoryNeed(text, values);
      if (wanted > room.bytes) return await refuseLarge(context, held, wanted);
      if (wanted <= share.bytes) {
        if (values <= MOST_BESIDE_OTHERS.values) share.shrinkTo(wanted);
        return await work(found, share.giveBack);
      }
    } finally {
      share.giveBack();
    }
  }
}

/** More than half of the room is for one job alone. */
function firstShare(room: Room, bytes: number): number {
  const most = bytes * MOST_PER_BYTE;
  return bytes <= MOST_BESIDE_OTHERS.bytes ? most : Math.max(most, Math.floor(room.bytes / 2) + 1);
}

async function leaveUnread(context: RegionContext, held: HeldJob): Promise<never> {
  const { taken } = await readBegun(context, held);
  return putBackUnsent(context, { ...held, taken }, { code: "worker_stops" });
}

/**
 * Ends a job that needs more memory than there is. Where something of it may have been sent, that is for a worker to settle
 * that has the memory.
 *
 * @throws always
 */
async function refuseLarge(context: RegionContext, held: HeldJob, needBytes: number): Promise<never> {
  const { region, log, now, room } = context;
  const reason =
    `the job needs about ${inMB(needBytes)} MB of memory, and this worker has ${inMB(room.bytes)} MB for jobs: ` +
    "stage its recipients (enqueue does), or give the worker more memory";
  const { record, kept, taken } = await readBegun(context, held);
  const past = await pastOfJob(context, { ...held, taken });
  if (past.kind === "clean" && record === null && kept === null) throw new UnrecoverableError(reason);
  log.error({ region, jobId: held.id, reason }, "a job that was begun needs a worker with more memory");
  const until = new Date(now().getTime() + NEXT_WORKER_MS);
  return putBackUnsent(context, { ...held, taken }, { past, code: "too_large", until });
}

function inMB(bytes: number): string {
  return Math.ceil(bytes / MB).toLocaleString("en");
}
