import { runHeld } from "../job/run-held.ts";
import { childrenKeys, partKeyStem } from "../region/part-keys.ts";
import type { PartsPage } from "../terms/parts-page.ts";
import type { RegionContext } from "../region/region-context.ts";
import type { HeldJob } from "../terms/held-job.ts";

/** The field of a send's job that says how many pages of its parts are on the queue. BullMQ leaves other fields alone. */
export const MARKER = "volley:planned";

/**
 * Finds parts that are missing, ended or not, from `first` to `last`. Children that another client has given the send do
 * not count: their keys do not begin with the stem.
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
if (redis.call("HGET", KEYS[1], "${MARKER}") or "0") ~= ARGV[2] then return 0 end
if #findMissing(KEYS, 3, ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])) > 0 then return 0 end
redis.call("HSET", KEYS[1], "${MARKER}", ARGV[2] + 1)
return 1`;

/** How many pages of a send's parts are on the queue for certain. */
export async function readMarker({ redis }: RegionContext, { key }: HeldJob): Promise<number> {
  return Number((await redis.hget(key, MARKER)) ?? 0);
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
 * Moves the marker behind a page, in one step with the look whether all of the page's parts are there, whether the marker
 * stands where this worker has left it, and whether the job is still its own.
 *
 * @returns whether it was moved; if not, planning goes on from where the marker is
 * @throws when another worker has the job
 */
export async function advanceMarker(
  context: RegionContext,
  held: HeldJob,
  page: number,
  { first, last }: PartsPage,
): Promise<boolean> {
  const keys = Object.values(childrenKeys(context, held.id));
  const values = [page, partKeyStem(context, held.id), first, last];
  return (await runHeld(context, held, ADVANCE, { keys, values })) === 1;
}
