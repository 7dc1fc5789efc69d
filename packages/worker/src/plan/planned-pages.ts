import { runHeld } from "../job/run-held.ts";
import type { PlannedSend } from "@volley/contract";
import { childrenKeys, partKeyStem } from "../region/part-keys.ts";
import { pageCount, type PartsPage } from "../terms/parts-page.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/**
 * How far a send is planned. Its job counts the pages of parts that are on the queue for certain, and planning that was cut
 * off goes on behind them. Redis may forget its last second in the middle of it (an append-only file that is synced once a
 * second, or a replica that takes over) and come back between two commands. What survives is always a prefix of the writes:
 *
 * - A page is counted in one step with the look that all of its parts are there. So wherever m pages are counted, all of
 *   their parts were written earlier, and are there or have ended.
 * - A planner that goes on after Redis has forgotten that page k was counted finds, at the end of the next page, another
 *   count than the one it left. It falls back to the count that survived and plans again from there. It could not go on
 *   unnoticed: nothing else counts pages, and each is counted only after the one before.
 * - The plan replaces the data only in one step with the look that all pages are counted. Forgotten, it leaves the
 *   recipients (or the name of their stage) in the data and a count to begin from.
 */

/** The field of a send's job with the number of pages of its parts that are on the queue. BullMQ leaves other fields alone. */
export const PAGES = "volley:planned";

/**
 * Finds the parts from `first` to `last` that the send has never had: those that are neither on the queue nor ended.
 * Children that another client has given the send do not count: their keys do not begin with the stem.
 */
const FIND_MISSING = `
local function findMissing(keys, from, stem, first, last)
  local missing = {}
  for part = first, last do
    local key = stem .. part
    if redis.call("SISMEMBER", keys[from], key) == 0 and redis.call("HEXISTS", keys[from + 1], key) == 0
      and redis.call("HEXISTS", keys[from + 2], key) == 0 and not redis.call("ZSCORE", keys[from + 3], key) then
      missing[#missing + 1] = part
    end
  end
  return missing
end`;

/**
 * Keys: the job's children that are not done, done, failed and ignored, failed. Arguments: what the keys of parts begin
 * with, the first part and the last.
 */
const MISSING_PARTS = `${FIND_MISSING}
return findMissing(KEYS, 1, ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]))`;

/**
 * Keys: the job, its lock, and its children as above. Arguments: the token, the page, what the keys of parts begin with,
 * the page's first part and its last.
 */
const ADVANCE = `${FIND_MISSING}
if (redis.call("HGET", KEYS[1], "${PAGES}") or "0") ~= ARGV[2] then return 0 end
if #findMissing(KEYS, 3, ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])) > 0 then return 0 end
redis.call("HSET", KEYS[1], "${PAGES}", ARGV[2] + 1)
return 1`;

/** How many pages of a send's parts are on the queue for certain. */
export async function readPages({ redis }: RegionContext, { key }: HeldJob): Promise<number> {
  return Number((await redis.hget(key, PAGES)) ?? 0);
}

/** The parts of a page that are neither on the queue nor ended: adding one that has ended would send it again. */
export async function missingParts(
  context: Pick<RegionContext, "redis" | "queue">,
  id: string,
  { first, last }: PartsPage,
): Promise<number[]> {
  const keys = Object.values(childrenKeys(context, id));
  const values = [partKeyStem(context, id), first, last];
  const missing = await context.redis.eval(MISSING_PARTS, keys.length, ...keys, ...values);
  return Array.isArray(missing) ? missing.map(Number) : [];
}

/**
 * Counts a page as planned, in one step with the look whether all of the page's parts are there, whether as many pages are
 * counted as this worker has counted, and whether the job is still its own.
 *
 * @returns whether it was counted; if not, planning goes on behind the pages that are
 * @throws when another worker has the job
 */
export async function countPage(
  context: RegionContext,
  held: HeldJob,
  page: number,
  { first, last }: PartsPage,
): Promise<boolean> {
  const keys = Object.values(childrenKeys(context, held.id));
  const values = [page, partKeyStem(context, held.id), first, last];
  return (await runHeld(context, held, ADVANCE, { keys, values })) === 1;
}

/** Keys: the job, its lock. Arguments: the token, the data, the number of pages. */
const STORE_PLAN = `
if redis.call("HGET", KEYS[1], "${PAGES}") ~= ARGV[3] then return 0 end
redis.call("HSET", KEYS[1], "data", ARGV[2])
redis.call("HDEL", KEYS[1], "${PAGES}")
return 1`;

/**
 * Replaces the recipients of a planned send by its plan, in one step with the look whether all of its pages are counted and
 * the job is still this worker's.
 *
 * That every part was added does not say so: Redis may have crashed since, forgotten the last of them, and come back
 * between two commands of ours. The recipients would be nowhere then; the chaos suite lost a send that way.
 *
 * @returns whether all parts are there; if not, nothing was changed
 * @throws when another worker has the job
 */
export async function storePlan(context: RegionContext, held: HeldJob, plan: PlannedSend): Promise<boolean> {
  const values = [JSON.stringify(plan), pageCount(plan.planned.parts)];
  if ((await runHeld(context, held, STORE_PLAN, { values })) !== 1) return false;
  held.job.data = plan;
  return true;
}
