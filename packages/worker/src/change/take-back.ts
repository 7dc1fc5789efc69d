import { isDeepStrictEqual } from "node:util";
import type { SendResult } from "@volley/contract";
import { withBatches, withEnd } from "./batch-end.ts";
import { changePart, remergeSend } from "./change-part.ts";
import { readPartResults } from "../settle/part-results.ts";
import { pagesOf } from "../terms/parts-page.ts";
import type { RegionContext } from "../region/region-context.ts";
import { changeResult } from "./change-result.ts";
import { stateOfResult } from "./state-of-result.ts";
import { giveUp, type Take, type CanceledBatches } from "./cancel-batches.ts";

/** How batches are taken back. */
export type TakingBack = {
  readonly take: Take;
  /** Whether this is the last try: then nobody knows about what could not be asked. */
  readonly isLast: boolean;
};

/** What was taken back. */
export type TakenBack = Pick<CanceledBatches, "unasked" | "unsaid" | "retryAfterMs"> & {
  /** The send's result afterwards. */
  readonly changed: SendResult;
};

/** Takes back the batches of a send whose own result names all of them. */
export async function takeBackBatches(
  context: RegionContext,
  id: string,
  result: SendResult,
  { take, isLast }: TakingBack,
): Promise<TakenBack> {
  const { ends, isInVain: _, ...open } = await take(context, [result], isLast);
  return { ...open, changed: await changeResult(context, id, (fresh) => withEnds(fresh, ends)) };
}

/**
 * Takes back the batches of a send that was split, page by page, and writes down after each page what was taken back. Cut
 * off, it goes on with the batches that are left.
 */
export async function takeBackParts(
  context: RegionContext,
  id: string,
  parts: number,
  { take, isLast }: TakingBack,
): Promise<TakenBack> {
  let open = { unasked: 0, unsaid: 0, retryAfterMs: 0 };
  let isInVain = false;
  for (const page of pagesOf(parts)) {
    const { ended } = await readPartResults(context, id, page);
    const results = [...ended.values()];
    const { ends, ...left }: CanceledBatches = isInVain ? giveUp(results) : await take(context, results, isLast);
    for (const [part, { batches }] of ended) {
      if (batches.some((batch) => ends.has(batch.id))) {
        await changePart(context, id, part, (fresh) => withEnds(fresh, ends));
      }
    }
    open = {
      unasked: open.unasked + left.unasked,
      unsaid: open.unsaid + left.unsaid,
      retryAfterMs: Math.max(open.retryAfterMs, left.retryAfterMs),
    };
    // A provider that does not answer, or wants to be left alone, is not asked a thousand times more.
    isInVain ||= left.isInVain;
    if (isInVain && !isLast) break;
    if (context.isClosing() && page.last < parts - 1) {
      open = { ...open, unasked: Math.max(1, open.unasked) };
      break;
    }
  }
  return { ...open, changed: await remergeSend(context, id, parts) };
}

/** The result once these batches stand so. */
function withEnds(result: SendResult, ends: CanceledBatches["ends"]): SendResult {
  const batches = result.batches.map((batch) => {
    const end = ends.get(batch.id);
    return end ? withEnd(batch, end) : batch;
  });
  if (isDeepStrictEqual(batches, result.batches)) return result;
  const changed = withBatches(result, batches);
  return { ...changed, state: stateOfResult(changed) };
}
