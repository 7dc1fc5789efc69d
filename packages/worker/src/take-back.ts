import type { SendResult } from "@volley/contract";
import type { SinchClient } from "@volley/sinch";
import { changePart, remergeSend } from "./change-part.ts";
import { readPartResults } from "./part-results.ts";
import { pagesOf } from "./parts-page.ts";
import type { RegionContext } from "./region-context.ts";
import { changeResult } from "./rewrite-result.ts";
import { stateOfResult } from "./state-of-result.ts";
import type { Withdrawal } from "./withdraw.ts";

/** Asks the provider about the batches that results name. */
type Take = (client: SinchClient, results: readonly SendResult[]) => Promise<Withdrawal>;

/** What was taken back. */
export type TakenBack = Omit<Withdrawal, "canceled"> & {
  /** The send's result afterwards. */
  readonly changed: SendResult;
};

/** Takes back the batches of a send whose own result names all of them. */
export async function takeBackBatches(
  context: RegionContext,
  id: string,
  result: SendResult,
  take: Take,
): Promise<TakenBack> {
  const { canceled, left, retryAfterMs } = await take(context.client, [result]);
  const changed = await changeResult(context, id, (fresh) => withCanceled(fresh, canceled));
  return { left, retryAfterMs, changed };
}

/**
 * Takes back the batches of a send that was split, page by page, and writes down after each page what was taken back. Cut
 * off, it goes on with the batches that are left.
 */
export async function takeBackParts(context: RegionContext, id: string, parts: number, take: Take): Promise<TakenBack> {
  let left = 0;
  let retryAfterMs = 0;
  for (const page of pagesOf(parts)) {
    const { ended } = await readPartResults(context, id, page);
    const withdrawal = await take(context.client, [...ended.values()]);
    const { canceled } = withdrawal;
    for (const [part, { batches }] of ended) {
      if (batches.some((batch) => canceled.has(batch.id))) {
        await changePart(context, id, part, (fresh) => withCanceled(fresh, canceled));
      }
    }
    left += withdrawal.left;
    retryAfterMs = Math.max(retryAfterMs, withdrawal.retryAfterMs);
    // A provider that takes nothing back, or wants to be left alone, is not asked a thousand times more.
    const isInVain = withdrawal.left > 0 && (canceled.size === 0 || retryAfterMs > 0);
    if (isInVain || (context.isClosing() && page.last < parts - 1)) {
      left = Math.max(1, left);
      break;
    }
  }
  return { left, retryAfterMs, changed: await remergeSend(context, id, parts) };
}

/** The result once these batches are canceled: only those that were not before change the counts. */
function withCanceled(result: SendResult, canceled: ReadonlySet<string>): SendResult {
  const taken = result.batches.filter((batch) => !batch.canceled && canceled.has(batch.id));
  if (taken.length === 0) return result;
  const recipients = taken.reduce((sum, batch) => sum + batch.recipients, 0);
  const accepted = result.recipients.accepted - recipients;
  const changed = {
    ...result,
    recipients: { ...result.recipients, accepted, canceled: result.recipients.canceled + recipients },
    batches: result.batches.map((batch) => (canceled.has(batch.id) ? { ...batch, canceled: true } : batch)),
  };
  return { ...changed, state: stateOfResult(changed) };
}
