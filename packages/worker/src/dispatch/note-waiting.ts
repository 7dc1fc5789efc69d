import { addWaiting } from "@volley/opt-outs";
import type { LotDispatch } from "../ask/lot-dispatch.ts";
import { type Ledger, peoplePending } from "../ledger/ledger.ts";
import type { RegionContext } from "../region/region-context.ts";

/**
 * Notes whom a batch is to that the provider is to send later, so that whoever opts out until then is taken out of it. It is
 * written down before anything that says that the batch was accepted: a worker that dies in between is followed by one that asks,
 * and finds the batch.
 *
 * @param ledgers - how far the part was, and is with the batch
 */
export async function noteWaiting(
  { redis, prefix, region, now, observer }: RegionContext,
  { id, sendId, part, send, reference, isGone }: LotDispatch,
  batchId: string,
  ledgers: { readonly before: Ledger; readonly after: Ledger },
): Promise<void> {
  const { sendAt, message } = send;
  if (sendAt === null || sendAt <= now() || isGone) return;
  const job = { jobId: id, sendId, part };
  const times = { sendAt: sendAt.getTime(), handedOverAt: now().getTime() };
  const { from, type } = message;
  const kind = { ...(from !== undefined && { from }), ...(type !== undefined && { type }) };
  const isKept = await addWaiting(
    { redis, prefix, region },
    { batchId, reference, ...job, ...kind, ...times, to: membersOf(ledgers), out: [], late: [], counted: 0 },
    now(),
  );
  if (!isKept) observer.notTakenFrom({ region });
}

/** Whoever is not pending any more, and has not failed. */
function membersOf({ before, after }: { readonly before: Ledger; readonly after: Ledger }): string[] {
  const failed = after.failures.slice(before.failures.length).flatMap(({ recipients }) => recipients);
  const others = new Set([...peoplePending(after).map(({ recipient }) => recipient), ...failed]);
  return peoplePending(before).flatMap(({ recipient }) => (others.has(recipient) ? [] : recipient));
}
