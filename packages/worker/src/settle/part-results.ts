import { noRecipients, type PlannedSend, type SendResult, sendResultSchema } from "@volley/contract";
import { runHeld } from "../job/run-held.ts";
import { childrenKeys, partKey } from "../region/part-keys.ts";
import { type PartsPage, partsIn } from "../terms/parts-page.ts";
import { partSize } from "../plan/split-send.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** What some parts of a planned send came to. */
export type PartResults = {
  /** By index. */
  readonly ended: ReadonlyMap<number, SendResult>;
  /** Parts whose job failed, by index, with the reason. Nobody knows whether they were sent. */
  readonly failed: ReadonlyMap<number, string>;
};

/**
 * Reads what a page of parts came to from the send's own children, where it is kept as long as the send; the parts' jobs
 * may be gone. BullMQ's own calls read all of the children at once, which for a hundred thousand of them keeps Redis busy
 * and fills the worker's memory.
 */
export async function readPartResults(
  context: Pick<RegionContext, "redis" | "queue">,
  id: string,
  page: PartsPage,
): Promise<PartResults> {
  const { processed, failed } = childrenKeys(context, id);
  const parts = partsIn(page);
  const keys = parts.map((part) => partKey(context, id, part));
  const [values, reasons] = await Promise.all([
    context.redis.hmget(processed, ...keys),
    context.redis.hmget(failed, ...keys),
  ]);
  return {
    ended: new Map(
      parts.flatMap((part, at) => {
        const result = readResult(values[at] ?? null);
        return result ? [[part, result] as const] : [];
      }),
    ),
    failed: new Map(
      parts.flatMap((part, at) => (typeof reasons[at] === "string" ? [[part, reasons[at]] as const] : [])),
    ),
  };
}

/** Keys: the send's job, its lock, its children that are done. Arguments: the token, then keys of parts and their results. */
const STORE_RESULTS = `
for at = 2, #ARGV, 2 do redis.call("HSET", KEYS[3], ARGV[at], ARGV[at + 1]) end`;

/**
 * Gives parts that ended without a result that can be counted one among the send's children: from then on all of them have
 * theirs there, and whoever changes one later (a cancellation, a decision) changes it in the same way.
 *
 * @throws when another worker has the job
 */
export async function storePartResults(
  context: RegionContext,
  held: HeldJob,
  results: ReadonlyMap<number, SendResult>,
): Promise<void> {
  if (results.size === 0) return;
  const values = [...results].flatMap(([part, result]) => [partKey(context, held.id, part), JSON.stringify(result)]);
  await runHeld(context, held, STORE_RESULTS, { keys: [childrenKeys(context, held.id).processed], values });
}

/** A part's result as BullMQ keeps it; `null` when there is none, or it is no result. */
export function readResult(text: string | null): SendResult | null {
  if (text === null) return null;
  const read = sendResultSchema.safeParse(JSON.parse(text));
  return read.success ? read.data : null;
}

/** How many recipients a part of a planned send has. */
export function sizeOfPart({ requested, duplicate, rejected }: PlannedSend["planned"], part: number): number {
  return partSize(requested - duplicate - rejected, part);
}

/** The result of a part that nobody of was sent to, or of which nobody knows. */
export function wholePart(
  region: string,
  planned: PlannedSend["planned"],
  part: number,
  { kind: state, code, text }: { readonly kind: "rejected" | "unknown"; readonly code: string; readonly text: string },
): SendResult {
  const recipients = sizeOfPart(planned, part);
  return {
    state,
    region,
    recipients: { ...noRecipients(recipients), [state]: recipients },
    batches: [],
    rejected: [],
    errors: [{ part, code, text, recipients, state }],
  };
}
