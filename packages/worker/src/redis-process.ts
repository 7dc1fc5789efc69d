import type { Cluster, Redis } from "ioredis";

/** The Redis process that answers, and what it may have forgotten. */
export type RedisProcess = {
  /** Another one after every restart and after every failover. */
  readonly identity: string;
  /** Whatever was enqueued before may be forgotten, or what became of it; `null` when nothing can be. */
  readonly forgottenBefore: Date | null;
};

/** The fields of the key in which Redis itself remembers which of its processes answered last. */
const IDENTITY = "identity";
const FORGOTTEN_BEFORE = "forgotten_before";

/**
 * Asks the node that has the key, which in a Cluster is the one that has the queues.
 *
 * A process is known by its `run_id` together with its `master_replid`: a primary that was demoted and took over again,
 * without the writes that nobody had copied yet, is the same process under another replication ID.
 *
 * Keys: what Redis remembers. Arguments: the names of its fields.
 * @returns who answers, who answered last, since when something may be forgotten; and INFO where the two differ
 */
const LOOK = `
local function field(section, name) return string.match(redis.call("INFO", section), name .. ":(%x+)") or "" end
local identity = field("server", "run_id") .. "/" .. field("replication", "master_replid")
local known = redis.call("HMGET", KEYS[1], ARGV[1], ARGV[2])
return { identity, known[1] or "", known[2] or "", known[1] == identity and "" or redis.call("INFO") }`;

/**
 * Asks which Redis process answers, and writes it down where another one answered last, whichever worker it answered.
 *
 * @param prefix - BullMQ's
 */
export async function readRedisProcess(redis: Redis | Cluster, prefix: string): Promise<RedisProcess> {
  const key = `${prefix}:redis`;
  const [identity, known, since, info] = texts(await redis.eval(LOOK, 1, key, IDENTITY, FORGOTTEN_BEFORE));
  if (identity === known) return { identity, forgottenBefore: since === "" ? null : new Date(since) };
  const forgottenBefore = known === "" ? forgottenAtStart(info) : new Date();
  await redis.hset(key, { [IDENTITY]: identity, [FORGOTTEN_BEFORE]: forgottenBefore?.toISOString() ?? "" });
  return { identity, forgottenBefore };
}

/**
 * What a process may have forgotten that nobody has met before. One that began empty has forgotten nothing: it loaded no
 * snapshot and no append-only file (its `aof_base_size` is 0 only then; after a restart it is the size of the base alone,
 * 89 bytes in Redis 7.0 however much follows in the increments), and it never was a replica.
 */
function forgottenAtStart(info: string): Date | null {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1];
  const beganEmpty =
    field("rdb_last_load_keys_loaded") === "0" &&
    (field("aof_enabled") === "0" || field("aof_base_size") === "0") &&
    field("second_repl_offset") === "-1";
  const uptimeMs = Number(field("uptime_in_seconds") ?? 0) * 1_000;
  return beganEmpty ? null : new Date(Date.now() - uptimeMs);
}

function texts(answer: unknown): [string, string, string, string] {
  const [identity = "", known = "", since = "", info = ""] = Array.isArray(answer) ? answer.map(String) : [];
  return [identity, known, since, info];
}
