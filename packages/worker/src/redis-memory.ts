import { Cluster, type Redis } from "ioredis";
import type { Log } from "./log.ts";

/** What this process knows about Redis having lost its last writes. */
export type RedisMemory = {
  /**
   * Whatever was enqueued before this time may have been dispatched without Redis remembering it; `null` when nothing
   * can be forgotten. While the connection is lost it waits for the next one: the answer is not known before.
   */
  readonly forgottenBefore: () => Promise<Date | null>;
  readonly close: () => void;
};

/** The process that answers, and since when it may have forgotten something. */
type Server = { readonly runId: string; readonly forgottenBefore: Date | null };

/** The fields of the key in which Redis itself remembers which of its processes answered last. */
const RUN_ID = "run_id";
const FORGOTTEN_BEFORE = "forgotten_before";

/**
 * Watches which Redis process answers. With an append-only file that is synced once a second, a Redis that crashed, or
 * a replica that took over, has forgotten up to its last second: jobs that were done are waiting again and look
 * untouched. A mere lost connection forgets nothing, the same process answers afterwards; nor does a Redis that began
 * empty: it loaded no snapshot and no append-only file (its `aof_base_size` is 0 only then; after a restart it is the
 * size of the base alone, 89 bytes in Redis 7.0 however much follows in the increments), and it never was a replica.
 *
 * Which process answered last stands in Redis, too: a worker that starts after a replica took over would otherwise take
 * the replica, which has been running for long, for one that has forgotten nothing.
 *
 * @param redis - asked for its `run_id` at every (re)connect
 * @param prefix - BullMQ's
 */
export async function watchRedisMemory(redis: Redis | Cluster, prefix: string, log: Log): Promise<RedisMemory> {
  const readServer = async (): Promise<Server> => remembered(redis, prefix, await lookAtServer(redis));
  let server = await readServer();
  let answer = Promise.resolve(server.forgottenBefore);
  let resolveAnswer: ((value: Date | null) => void) | null = null;

  const onClose = (): void => {
    if (resolveAnswer) return;
    answer = new Promise((resolve) => {
      resolveAnswer = resolve;
    });
  };
  const look = async (): Promise<void> => {
    const current = await readServer();
    if (current.runId !== server.runId) {
      log.warn({}, "another Redis process answers: parts enqueued before now ask before they send");
      server = current;
    }
    resolveAnswer?.(server.forgottenBefore);
    resolveAnswer = null;
  };
  const onReady = (): void => {
    look().catch((error: unknown) => log.warn({ err: error }, "Redis could not be asked which process it is"));
  };
  redis.on("close", onClose).on("ready", onReady);
  return {
    forgottenBefore: () => answer,
    close: () => {
      redis.off("close", onClose).off("ready", onReady);
      resolveAnswer?.(server.forgottenBefore);
    },
  };
}

/** Compares the process that answers with the one that answered last, whichever worker it answered. */
async function remembered(redis: Redis | Cluster, prefix: string, seen: Server): Promise<Server> {
  const key = `${prefix}:redis`;
  const [runId, since] = await redis.hmget(key, RUN_ID, FORGOTTEN_BEFORE);
  if (runId === seen.runId) return { ...seen, forgottenBefore: since ? new Date(since) : null };
  const forgottenBefore = runId ? new Date() : seen.forgottenBefore;
  await redis.hset(key, { [RUN_ID]: seen.runId, [FORGOTTEN_BEFORE]: forgottenBefore?.toISOString() ?? "" });
  return { ...seen, forgottenBefore };
}

/** A cluster's nodes are many processes: there, every reconnect counts as another one. */
async function lookAtServer(redis: Redis | Cluster): Promise<Server> {
  if (redis instanceof Cluster) return { runId: String(Date.now()), forgottenBefore: new Date() };
  const info = await redis.info();
  const field = (name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1];
  const beganEmpty =
    field("rdb_last_load_keys_loaded") === "0" &&
    (field("aof_enabled") === "0" || field("aof_base_size") === "0") &&
    field("second_repl_offset") === "-1";
  const uptimeMs = Number(field("uptime_in_seconds") ?? 0) * 1_000;
  return {
    runId: field("run_id") ?? "unknown",
    forgottenBefore: beganEmpty ? null : new Date(Date.now() - uptimeMs),
  };
}
