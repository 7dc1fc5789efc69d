import { createRedisScript, queueName } from "@volley/contract";
import type { QueueAccess } from "../redis/queue-access.ts";

/** One field of a hash: what was read, and what is to stand there; `null` for nothing. */
export type Edit = { readonly field: string; readonly from: string; readonly to: string | null };

/** The job that a change is about: nobody has it, and what was read of it is still so. */
export type Guard = {
  readonly region: string;
  readonly id: string;
  /** Fields of the job as they were read; empty where there is none. */
  readonly fields: readonly (readonly [field: string, value: string])[];
};

/**
 * Keys: the hash, the job, the list of those that workers have. Values: the job's ID, how many of its fields are looked at, these
 * with their values, then field, value and new value of each change; "-" before a new value, nothing for none. In one step.
 *
 * @returns 1; -1 where a worker has the job, 0 where something is not as it was read
 */
const EDIT = createRedisScript(`
for _, id in ipairs(redis.call("LRANGE", KEYS[3], 0, -1)) do if id == ARGV[1] then return -1 end end
local at = 3
for _ = 1, tonumber(ARGV[2]) do
  if (redis.call("HGET", KEYS[2], ARGV[at]) or "") ~= ARGV[at + 1] then return 0 end
  at = at + 2
end
for each = at, #ARGV, 3 do
  if (redis.call("HGET", KEYS[1], ARGV[each]) or "") ~= ARGV[each + 1] then return 0 end
end
for each = at, #ARGV, 3 do
  if ARGV[each + 2] == "" then redis.call("HDEL", KEYS[1], ARGV[each])
  else redis.call("HSET", KEYS[1], ARGV[each], string.sub(ARGV[each + 2], 2)) end
end
return 1`);

/** Changes a hash, all of it or nothing. @returns why not, where it was not */
export async function editHash(
  { link, prefix }: QueueAccess,
  key: string,
  edits: readonly Edit[],
  { region, id, fields }: Guard,
): Promise<"done" | "active" | "changed"> {
  const queue = `${prefix}:${queueName(region)}`;
  const values = [id, fields.length, ...fields.flat()];
  const changes = edits.flatMap(({ field, from, to }) => [field, from, to === null ? "" : `-${to}`]);
  const keys = [key, `${queue}:${id}`, `${queue}:active`];
  const answer = await link.run(async () => EDIT.run(link.connection, keys, [...values, ...changes]));
  if (answer === 1) return "done";
  return answer === -1 ? "active" : "changed";
}
