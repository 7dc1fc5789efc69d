import { PART_REMOVED, type PlannedSend, type SendResult } from "@volley/contract";
import { runHeld } from "../job/run-held.ts";
import { childrenKeys, partKey, unbegunKey } from "../region/part-keys.ts";
import { type PartResults, wholePart } from "./part-results.ts";
import { type PartsPage, partsIn } from "../terms/parts-page.ts";
import { pastOfNextLot } from "../job/past-of-job.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

const REMOVED = {
  kind: "rejected",
  code: PART_REMOVED,
  text: "somebody has removed the part from the queue before it was begun: nobody of it was texted",
} as const;

/**
 * Keys: the send's job, its lock, its parts' results, which of them are not begun. Arguments: the token, then part, key and
 * result of each. In one step with the look: whoever comes with such a part later finds that it has ended.
 */
const CLOSE = `
local closed = {}
for at = 2, #ARGV, 3 do
  local part, key, result = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  if redis.call("GETBIT", KEYS[4], part) == 1 and redis.call("EXISTS", key) == 0 then
    redis.call("HSET", KEYS[3], key, result)
    closed[#closed + 1] = tonumber(part)
  end
end
return closed`;

/**
 * Settles those parts of a page whose jobs somebody has removed before any request of them was made (`queue.drain()`): nobody
 * of them was texted. Not where Redis may have forgotten that one was made, and not where it cannot say.
 *
 * @returns by part
 * @throws when another worker has the send
 */
export async function settleRemoved(
  context: RegionContext,
  held: HeldJob,
  planned: PlannedSend["planned"],
  { page, ended, failed }: PartResults & { readonly page: PartsPage },
): Promise<Map<number, SendResult>> {
  const gone = partsIn(page).filter((part) => !ended.has(part) && !failed.has(part));
  if (gone.length === 0 || (await mayBeForgotten(context, held))) return new Map();
  const { id } = held;
  const results = new Map(gone.map((part) => [part, wholePart(context.region, planned, part, REMOVED)]));
  const values = [...results].flatMap(([part, result]) => [part, partKey(context, id, part), JSON.stringify(result)]);
  const keys = [childrenKeys(context, id).processed, unbegunKey(context, id)];
  const closed = await runHeld(context, held, CLOSE, { keys, values });
  const parts = new Set(Array.isArray(closed) ? closed.map(Number) : []);
  return new Map([...results].filter(([part]) => parts.has(part)));
}

async function mayBeForgotten(context: RegionContext, held: HeldJob): Promise<boolean> {
  const { kind } = await pastOfNextLot(context, held);
  return kind !== "clean" || context.memory.last().identity === "";
}
