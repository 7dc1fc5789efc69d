import { createHash } from "node:crypto";
import type { Cluster, Redis } from "ioredis";

/** The Redis process that answers, and what it may have forgotten. */
export type RedisProcess = {
  /** Another one after every restart and after every failover; empty where it cannot be asked for. */
  readonly identity: string;
  /** Whatever was enqueued before, by its clock, may be forgotten, or what became of it; `null` when nothing can be. */
  readonly forgottenBefore: Date | null;
  /** How far its clock is ahead of this process's, in milliseconds. */
  readonly aheadMs: number;
};

/** The fields of the key in which Redis itself remembers which of its processes answered last. */
const IDENTITY = "identity";
const FORGOTTEN_BEFORE = "forgotten_before";

/**
 * Asks the node that has the key, which in a Cluster is the one that has the queues, and writes down who it is where another
 * one answered last.
 *
 * A process is known by its `master_replid`: it is drawn anew when a process starts, and when a replica takes over, so that
 * a primary that was demoted and took over again, without the writes that nobody had copied yet, has another one, too. Its
 * `run_id` tells no more, and costs three times as much to ask for (9 µs and 3 µs in Redis 7.0): it stands in for a server
 * that has no `master_replid`. One that lets no script ask (Redis Enterprise, an ACL without `INFO`) is without a name.
 *
 * What a process may have forgotten that nobody has met before: one that began empty has forgotten nothing. It loaded no
 * snapshot and no append-only file (its `aof_base_size` is 0 only then; after a restart it is the size of the base alone,
 * 89 bytes in Redis 7.0 however much follows in the increments), and it never was a replica.
 *
 * Keys: what Redis remembers. Arguments: the names of its fields.
 * @returns who answers; since when something may be forgotten, in milliseconds, or nothing; what time it is
 */
const LOOK = `
local function field(section, name)
  local info = redis.pcall("INFO", section)
  return type(info) == "string" and string.match(info, name .. ":(%S+)") or nil
end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local identity = field("replication", "master_replid") or field("server", "run_id") or ""
local known = redis.call("HMGET", KEYS[1], ARGV[1], ARGV[2])
local since = known[2] or ""
if known[1] ~= identity then
  local began_empty = field("persistence", "rdb_last_load_keys_loaded") == "0"
    and (field("persistence", "aof_enabled") == "0" or field("persistence", "aof_base_size") == "0")
    and field("replication", "second_repl_offset") == "-1"
  if known[1] then since = string.format("%.0f", now)
  elseif began_empty then since = ""
  else since = string.format("%.0f", now - 1000 * (field("server", "uptime_in_seconds") or 0)) end
  redis.call("HSET", KEYS[1], ARGV[1], identity, ARGV[2], since)
end
return { identity, since, string.format("%.0f", now) }`;

const DIGEST = createHash("sha1").update(LOOK).digest("hex");

/**
 * Asks which Redis process answers, and writes it down where another one answered last, whichever worker it answered.
 *
 * @param prefix - BullMQ's
 * @param now - the clock of this process
 */
export async function readRedisProcess(redis: Redis | Cluster, prefix: string, now: () => Date): Promise<RedisProcess> {
  const operands = [`${prefix}:redis`, IDENTITY, FORGOTTEN_BEFORE];
  const answer: unknown = await redis.evalsha(DIGEST, 1, ...operands).catch((error: unknown) => {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return redis.eval(LOOK, 1, ...operands);
  });
  const [identity = "", since = "", time = ""] = Array.isArray(answer) ? answer.map(String) : [];
  const forgottenBefore = since === "" ? null : new Date(Number(since));
  return { identity, forgottenBefore, aheadMs: Number(time) - now().getTime() };
}
