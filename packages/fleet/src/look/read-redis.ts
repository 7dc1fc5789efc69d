import type { FleetPlace } from "./place.ts";

/** What Redis tells of itself. */
export type RedisLook = {
  readonly memoryBytes: number;
  /** 0 where it may take whatever there is. */
  readonly memoryLimitBytes: number;
  /** Whether it forgets keys when it is full. */
  readonly evicts: boolean;
  /** Whether it keeps an append-only file, and could write it last. */
  readonly appendsOnly: boolean;
  readonly replicas: number;
  /** Another one after every restart and every failover. */
  readonly identity: string;
};

/** Asked of the node that has the key, which in a Cluster is the one that has the queues. */
const READ = `
local said = ""
for _, section in ipairs({ "memory", "persistence", "replication" }) do
  local info = redis.pcall("INFO", section)
  if type(info) == "string" then said = said .. info end
end
return said`;

/** @returns `null` where it does not tell: its user may not ask `INFO`, or scripts may not */
export async function readRedis({ redis, prefix }: FleetPlace): Promise<RedisLook | null> {
  const said = String(await redis.eval(READ, 1, prefix));
  const field = (name: string): string | undefined => new RegExp(`^${name}:(\\S*)`, "m").exec(said)?.[1];
  const identity = field("master_replid");
  if (identity === undefined) return null;
  return {
    memoryBytes: Number(field("used_memory")),
    memoryLimitBytes: Number(field("maxmemory")),
    evicts: field("maxmemory_policy") !== "noeviction",
    appendsOnly: field("aof_enabled") === "1" && field("aof_last_write_status") === "ok",
    replicas: Number(field("connected_slaves")),
    identity,
  };
}
