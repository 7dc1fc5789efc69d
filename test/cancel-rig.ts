import { noRecipients, partId, sendId, type SendResult } from "@volley/contract";
import { DelayedError, type Job, Worker } from "bullmq";
import { type Canceled, cancelSend } from "../packages/worker/src/change/cancel-send.ts";
import { readNote } from "../packages/worker/src/job/note.ts";
import { holdJob } from "../packages/worker/src/terms/held-job.ts";
import type { RegionContext } from "../packages/worker/src/region/region-context.ts";
import { numbers, type RegionRig, startRegionRig, textTo } from "./region-rig.ts";
import { stepContext } from "./step-context.ts";

const HOUR_MS = 3_600_000;

const TOKEN = "somebody";

/** A region in which one send, accepted for in an hour, is canceled step by step. */
export type CancelRig = {
  readonly rig: RegionRig;
  readonly context: RegionContext;
  /** The send's. */
  readonly id: string;
  /** Lets the provider accept a send of at most 1,000 recipients. */
  readonly accept: (...to: string[]) => Promise<void>;
  /** Lets it accept so many parts of a send, each of one recipient. */
  readonly acceptParts: (parts: number) => Promise<void>;
  /** The provider begins to send, before our clock says so. */
  readonly sendNow: () => Promise<void>;
  /**
   * Lets the cancellation be worked on once.
   *
   * @param changes - what is different in the worker this time
   * @returns its answer, or the code of its note when it goes on later
   */
  readonly cancelOnce: (changes?: Partial<RegionContext>) => Promise<Canceled | string | undefined>;
  /** Gives the cancellation back to the queue, as if its worker had died with it in its hands. */
  readonly dropCancellation: () => Promise<void>;
  readonly result: () => Promise<SendResult>;
  /** Batches at the provider that go out, or have. */
  readonly batchesLeft: () => number;
  /** How many requests of a method were made. */
  readonly requests: (method: string) => number;
  readonly close: () => Promise<void>;
};

/** A worker's clock that is ahead of the provider's, in milliseconds. */
export function later(ms: number): Partial<RegionContext> {
  const now = new Date(Date.now() + ms);
  return { now: () => now };
}

/** Starts a rig; whoever does closes it. */
export async function startCancelRig(): Promise<CancelRig> {
  const rig = await startRegionRig();
  const context = { ...stepContext(rig), unknownHoldMs: 30_000 };
  const id = sendId("eu");
  const { queue, redis, prefix, emulator } = rig;
  const picker = new Worker(queue.name, null, { connection: redis, prefix, autorun: false, lockDuration: 60_000 });
  const cancellation = async (): Promise<Job | undefined> => queue.getJob("cancel");
  return {
    rig,
    context,
    id,
    accept: async (...to) => {
      const worker = await rig.startWorker({ settings: { leadMs: 2 * HOUR_MS } });
      await rig.add({ ...textTo(...to), send_at: inAnHour() }, { jobId: id });
      await rig.resultOf(id);
      await worker.close();
    },
    acceptParts: async (parts) => acceptParts(rig, picker, { id, parts }),
    sendNow: async () => {
      const { update } = rig.client().batches;
      for (const batch of emulator.batches()) {
        const { kind } = await update(batch.id, { send_at: null, expire_at: null });
        if (kind !== "ok") throw new Error("the batch was not sent");
      }
    },
    cancelOnce: async (changes = {}) => {
      const state = await (await cancellation())?.getState();
      if (state === "delayed") await (await cancellation())?.promote();
      else if (state === undefined) await queue.add("cancel", { send: id }, { jobId: "cancel" });
      const job: Job | undefined = await picker.getNextJob(TOKEN, { block: false });
      if (!job) throw new Error("there is no job to pick up");
      try {
        const answer = await cancelSend({ ...context, ...changes }, holdJob(job, TOKEN));
        await job.moveToCompleted(answer, TOKEN, false);
        return answer;
      } catch (error) {
        if (!(error instanceof DelayedError)) throw error;
        return readNote((await cancellation())?.progress)?.last.code;
      }
    },
    dropCancellation: async () => {
      await (await cancellation())?.moveToDelayed(Date.now() + HOUR_MS, TOKEN);
    },
    result: async () => (await queue.getJob(id))?.returnvalue,
    batchesLeft: () => emulator.batches().filter(({ withdrawn }) => !withdrawn).length,
    requests: (wanted) => emulator.requests().filter(({ method }) => method === wanted).length,
    close: async () => {
      await picker.close();
      await rig.close();
    },
  };
}

/** A settled send, its parts' results and their batches, as workers would have left them. */
async function acceptParts(
  { queue, redis, add, client }: RegionRig,
  picker: Worker,
  { id, parts }: { readonly id: string; readonly parts: number },
): Promise<void> {
  const { sendBatch } = client();
  const send_at = inAnHour();
  const settled = resultOf(parts, []);
  await add({ message: { from: "12015550123", send_at }, settled, parts }, { jobId: id });
  const job: Job | undefined = await picker.getNextJob(TOKEN, { block: false });
  await job?.moveToCompleted(settled, TOKEN, false);
  for (const [part, to] of numbers(parts).entries()) {
    const outcome = await sendBatch({ ...textTo(to), send_at, client_reference: `~${id}.${part}` });
    if (outcome.kind !== "accepted") throw new Error("the batch was not accepted");
    const batch = { id: outcome.batchId, part, recipients: 1, accepted_at: send_at, adopted: false };
    const fields = [queue.toKey(partId(id, part)), JSON.stringify(resultOf(1, [batch]))] as const;
    await redis.hset(`${queue.toKey(id)}:processed`, ...fields);
  }
}

function resultOf(recipients: number, batches: SendResult["batches"]): SendResult {
  return {
    state: "accepted",
    region: "eu",
    recipients: { ...noRecipients(recipients), accepted: recipients },
    batches,
    rejected: [],
    errors: [],
  };
}

function inAnHour(): string {
  return new Date(Date.now() + HOUR_MS).toISOString();
}
