import { LIMITS, readJobData, type SendResult, stateOfSend } from "@volley/contract";
import type { WaitingBatch } from "@volley/opt-outs";
import { UnrecoverableError } from "bullmq";
import { childrenKeys } from "../region/part-keys.ts";
import type { RegionContext } from "../region/region-context.ts";
import { withBatches, withoutPeople } from "./batch-end.ts";
import { changePart, remergeSend } from "./change-part.ts";
import { changeResult } from "./change-result.ts";
import { stateOfResult } from "./state-of-result.ts";

type Out = Pick<WaitingBatch, "batchId" | "part" | "out">;

/**
 * Counts those of a send's batches as suppressed who were taken out of them, and names them. What is said of a batch is how many
 * were taken out of it in all: said twice, it changes nothing.
 *
 * @returns whether there is nothing more to do; not while the send has no result yet
 */
export async function countOut(context: RegionContext, sendId: string, batches: readonly Out[]): Promise<boolean> {
  const { queue, redis } = context;
  const state = await queue.getJobState(sendId);
  // One that has failed may be tried again while it is kept.
  if (state !== "completed") return state === "unknown";
  const data = await redis.hget(queue.toKey(sendId), "data");
  const stored = readJobData(JSON.parse(data ?? "{}"));
  const parts = stored.kind === "settled" ? stored.data.parts : undefined;
  try {
    if (parts === undefined) {
      await changeResult(context, sendId, (result) => {
        const changed = withOut(result, batches);
        return changed === result ? result : { ...changed, state: stateOfSend(changed.state, changed.recipients) };
      });
    } else {
      for (const each of batches) await changePart(context, sendId, each.part ?? 0, (part) => withOut(part, [each]));
      await remergeSend(context, sendId, parts, (result) => named(result, batches));
    }
  } catch (error) {
    // Whose result is not kept any more is counted nowhere.
    if (!(error instanceof UnrecoverableError)) throw error;
  }
  return true;
}

/** Whether it is written down that the provider has a batch: then nobody asks for it again, and compares whom it is to. */
export async function isWrittenDown(
  { redis, queue }: RegionContext,
  { batchId, jobId, sendId }: WaitingBatch,
): Promise<boolean> {
  const key = queue.toKey(jobId);
  const [fields, result] = await Promise.all([
    redis.hgetall(key),
    redis.hget(childrenKeys({ queue }, sendId).processed, key),
  ]);
  const texts = [...Object.values(fields), result ?? ""];
  return Object.keys(fields).length === 0 || texts.some((text) => text.includes(batchId));
}

function withOut(result: SendResult, batches: readonly Out[]): SendResult {
  const outs = new Map(batches.map(({ batchId, out }) => [batchId, out.length]));
  const changes = (id: string, suppressed = 0): boolean => outs.has(id) && outs.get(id) !== suppressed;
  if (!result.batches.some(({ id, suppressed }) => changes(id, suppressed))) return result;
  const changed = withBatches(
    result,
    result.batches.map((batch) => (outs.has(batch.id) ? withoutPeople(batch, outs.get(batch.id) ?? 0) : batch)),
  );
  return named({ ...changed, state: stateOfResult(changed) }, batches);
}

function named(result: SendResult, batches: readonly Out[]): SendResult {
  const known = new Set(result.rejected.flatMap(({ recipient, reason }) => (reason === "opted_out" ? recipient : [])));
  const rejected = batches
    .flatMap(({ out }) => out)
    .filter((recipient) => !known.has(recipient))
    .map((recipient) => ({ recipient, reason: "opted_out", by: "volley" as const }));
  return { ...result, rejected: [...result.rejected, ...rejected].slice(0, LIMITS.rejectedInResult) };
}
