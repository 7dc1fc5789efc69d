import { createRedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { crewKeys } from "./crew.ts";
import { ROLL_CALL, TIME } from "./crew-scripts.ts";

/** The Redis process that answers, and what it may have forgotten. */
export type RedisProcess = {
  /** Another one after every restart and after every failover; empty where it cannot be asked for. */
  readonly identity: string;
  /** Counts how often something was forgotten. A note of this epoch was written after all of that. */
  readonly epoch: number;
  /** Since when everything that was enqueued before may be forgotten, or what became of it; `null` when nothing can be. */
  readonly forgotten: Forgetting | null;
  /** When it was found out that a job may have been handed over without a trace; `null` where it was not. */
  readonly lostOf: (job: string) => Forgetting | null;
  /** How far its clock is ahead of this process's, in milliseconds. */
  readonly aheadMs: number;
};

/** That something was forgotten. */
export type Forgetting = {
  /** By Redis' clock. */
  readonly at: Date;
  /** The epoch that began with it. */
  readonly epoch: number;
};

/**
 * Asks the node that has the key, which in a Cluster is the one that has the queues, who it is, and writes it down. Where another
 * one answered last, whoever belongs to the crew is asked what is lost (see `Crew`).
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
 * Keys: what is known, when each of the crew was seen, the writes of each, who is asked, who has answered, the jobs whose traces are
 * lost. Values: the process that looks, and the number of its last write.
 * @returns who answers; the epoch; when something was forgotten, in milliseconds, or nothing, and the epoch of that; what time
 *   it is; whether the crew is still being asked; the last write of this process that Redis knows; how many jobs are lost
 */
const LOOK = `${TIME}
${ROLL_CALL}
local function field(section, name)
  local info = redis.pcall("INFO", section)
  return type(info) == "string" and string.match(info, name .. ":(%S+)") or nil
end
local known, seen, writes, asked, vouched, lost = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local me, own = ARGV[1], tonumber(ARGV[2])
local now = time()
local identity = field("replication", "master_replid") or field("server", "run_id") or ""
local before = redis.call("HGET", known, "identity")
if before ~= identity then
  redis.call("HSET", known, "identity", identity)
  if before then
    redis.call("DEL", asked, vouched)
    local crew = redis.call("ZRANGE", seen, 0, -1)
    if #crew == 0 then forget(known, asked, vouched, now)
    else
      for _, member in ipairs(crew) do redis.call("SADD", asked, member) end
      redis.call("HSET", known, "asked_at", written(now))
    end
  else
    local began_empty = field("persistence", "rdb_last_load_keys_loaded") == "0"
      and (field("persistence", "aof_enabled") == "0" or field("persistence", "aof_base_size") == "0")
      and field("replication", "second_repl_offset") == "-1"
    if not began_empty then forget(known, asked, vouched, now - 1000 * (field("server", "uptime_in_seconds") or 0)) end
  end
end
local stored = tonumber(redis.call("HGET", writes, me) or 0)
local asked_at = tonumber(redis.call("HGET", known, "asked_at"))
if asked_at then
  if stored >= own then
    redis.call("SREM", asked, me)
    redis.call("SADD", vouched, me)
  end
  conclude(known, asked, vouched, asked_at, now)
end
local state = redis.call("HMGET", known, "epoch", "forgotten_before", "forgotten_epoch", "asked_at")
return { identity, state[1] or "0", state[2] or "", state[3] or "0", written(now), state[4] and 1 or 0, stored,
  redis.call("HLEN", lost) }`;

const SCRIPT = createRedisScript(LOOK);

/** What one look has found. */
export type RedisLook = Omit<RedisProcess, "lostOf"> & {
  /** Whether the crew is still being asked what is lost. */
  readonly isOpen: boolean;
  /** The last write of this process that Redis knows. */
  readonly stored: number;
  /** How many jobs may have been handed over without a trace. */
  readonly lost: number;
};

/** Who looks. */
type Looking = { readonly me: string; readonly written: number };

/**
 * Asks which Redis process answers, and what of this process's writes it knows.
 *
 * @param prefix - BullMQ's
 * @param now - the clock of this process
 */
export async function lookAtRedis(
  redis: Redis | Cluster,
  prefix: string,
  { me, written }: Looking,
  now: () => Date,
): Promise<RedisLook> {
  const { known, seen, writes, asked, vouched, lost: lostKey } = crewKeys(prefix);
  const keys = [known, seen, writes, asked, vouched, lostKey];
  const answer = await SCRIPT.run(redis, keys, [me, written]);
  const found = Array.isArray(answer) ? answer.map(String) : [];
  const [identity = "", epoch = "", at = "", of = "", time = "", isOpen = "", stored = "", lost = ""] = found;
  return {
    identity,
    epoch: Number(epoch),
    forgotten: at === "" ? null : { at: new Date(Number(at)), epoch: Number(of) },
    aheadMs: Number(time) - now().getTime(),
    isOpen: isOpen === "1",
    stored: Number(stored),
    lost: Number(lost),
  };
}

/** Reads which jobs may have been handed over without a trace. */
export async function readLost(redis: Redis | Cluster, prefix: string): Promise<ReadonlyMap<string, Forgetting>> {
  const lost = await redis.hgetall(crewKeys(prefix).lost);
  return new Map(
    Object.entries(lost).map(([job, text]) => {
      const [at, epoch] = text.split(":").map(Number);
      return [job, { at: new Date(at ?? 0), epoch: epoch ?? 0 }];
    }),
  );
}
