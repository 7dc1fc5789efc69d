import { partId, type SendResult } from "@volley/contract";
import { UnrecoverableError } from "bullmq";
import { mergePage, NO_PARTS, remerged } from "../settle/merge-results.ts";
import { childrenKeys, partKey } from "../region/part-keys.ts";
import { readPartResults, readResult } from "../settle/part-results.ts";
import { pagesOf, partsIn } from "../terms/parts-page.ts";
import type { RegionContext } from "../region/region-context.ts";
import { changeResult, dataWith, refuseUnreadable } from "./change-result.ts";

/** How often a part's result is read again because somebody else has changed it in between. */
const MOST_TRIES = 5;

/**
 * Keys: the send's children that are done, the part's job. Arguments: the part's key, the result that was read, the new
 * one, and the new data of its job or nothing.
 */
const REWRITE_PART = `
if redis.call("HGET", KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[3])
if redis.call("HEXISTS", KEYS[2], "returnvalue") == 1 then redis.call("HSET", KEYS[2], "returnvalue", ARGV[3]) end
if ARGV[4] ~= "" and redis.call("EXISTS", KEYS[2]) == 1 then redis.call("HSET", KEYS[2], "data", ARGV[4]) end
return 1`;

/**
 * Changes the result of a part of a settled send: among the send's children, which are what the send's own result is made
 * from, and in the part's job while that is kept.
 *
 * @param change - may be called several times; returned as it is, nothing is written
 */
export async function changePart(
  context: RegionContext,
  id: string,
  part: number,
  change: (result: SendResult) => SendResult,
): Promise<void> {
  const { redis, queue } = context;
  const { processed } = childrenKeys(context, id);
  const key = partKey(context, id, part);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const text = await redis.hget(processed, key);
    const result = readResult(text);
    if (text === null || result === null) throw new UnrecoverableError(`part ${part} has no result`);
    const changed = change(result);
    if (changed === result) return;
    refuseUnreadable(changed);
    const job = await queue.getJob(partId(id, part));
    const values = [key, text, JSON.stringify(changed), job ? dataWith(job, changed) : ""];
    if ((await redis.eval(REWRITE_PART, 2, processed, key, ...values)) === 1) return;
  }
  throw new Error(`the result of part ${part} was changed by others ${MOST_TRIES} times in a row`);
}

/**
 * Makes the result of a settled send from those of its parts again, after some of them have changed. Whoever has changed
 * them does so, and whatever was cut off in between is made good by the next: the parts say what the send came to, and
 * nothing is added to counts that somebody has read before.
 *
 * @param change - what is changed beside that
 * @returns the result as it is afterwards
 */
export async function remergeSend(
  context: RegionContext,
  id: string,
  parts: number,
  change = (result: SendResult): SendResult => result,
): Promise<SendResult> {
  return changeResult(context, id, async (before) => {
    let merged = NO_PARTS;
    for (const page of pagesOf(parts)) {
      const { ended } = await readPartResults(context, id, page);
      if (ended.size < partsIn(page).length) throw new UnrecoverableError("results of parts are gone");
      merged = mergePage(merged, [...ended.values()]);
    }
    return change(remerged(before, merged));
  });
}
