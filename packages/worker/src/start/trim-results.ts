import type { Queue } from "bullmq";

/** Results that one call to Redis removes: each may be the hash of a send with thousands of parts. */
const RESULTS_PER_CALL = 20;

/**
 * How many there are too many is counted in the step that removes them. `queue.clean` is told a number: two workers that
 * start together would each have counted before the other one removed, and remove twice as many.
 *
 * It leaves nothing behind that BullMQ's own removal of an ended job does not.
 *
 * Keys: the ended jobs of one kind, the oldest first. Arguments: what the keys of the queue begin with, how many are kept,
 * how many are removed at most.
 * @returns how many were removed
 */
const TRIM = `
local excess = redis.call("ZCARD", KEYS[1]) - tonumber(ARGV[2])
if excess <= 0 then return 0 end
local ids = redis.call("ZRANGE", KEYS[1], 0, math.min(excess, tonumber(ARGV[3])) - 1)
for _, id in ipairs(ids) do
  local job = ARGV[1] .. id
  local deduplication = redis.call("HGET", job, "deid")
  local key = deduplication and ARGV[1] .. "de:" .. deduplication
  if key and redis.call("GET", key) == id then redis.call("DEL", key) end
  redis.call("UNLINK", job, job .. ":logs", job .. ":dependencies", job .. ":processed", job .. ":failed",
    job .. ":unsuccessful")
  redis.call("ZREM", KEYS[1], id)
end
return #ids`;

/**
 * Removes the oldest results beyond the number that is kept, a few at a time.
 *
 * BullMQ removes what is beyond it whenever a job ends, all at once: nearly always one job. Only when somebody has lowered
 * the number it would be tens of thousands, and Redis would answer nobody meanwhile. So a worker does it before it begins.
 *
 * @param count - results that are kept in each of the two ways to end
 * @returns how many were removed
 */
export async function trimResults(queue: Queue, count: number): Promise<number> {
  const client = await queue.getBackend().client;
  client.defineCommand("volleyTrimResults", { numberOfKeys: 1, lua: TRIM });
  let removed = 0;
  for (const state of ["completed", "failed"] as const) {
    const operands = [queue.toKey(state), queue.toKey(""), count, RESULTS_PER_CALL];
    for (let some = RESULTS_PER_CALL; some === RESULTS_PER_CALL; removed += some) {
      some = Number(await client.runCommand("volleyTrimResults", operands));
    }
  }
  return removed;
}
