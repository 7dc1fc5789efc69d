import { Command } from "ioredis";
import type { RedisLink } from "./redis-link.ts";

/**
 * In one step: what nobody finishes must never be without an end.
 *
 * Keys: the hash. Arguments: its time to live, then its fields and values.
 */
const PUSH = `
redis.call("HSET", KEYS[1], unpack(ARGV, 2))
return redis.call("PEXPIRE", KEYS[1], ARGV[1])`;

/**
 * Writes large fields of a hash, and lets go of them as soon as they are there.
 *
 * A command of ioredis 6 stays reachable from the one before it, so that with the first one that survives for a while all
 * that follow do, until the whole heap is searched: five million recipients that were pushed one after the other took 60 MB
 * more than a hundred thousand (measured).
 *
 * @param ttlMs - how long the hash lives after it, unless it is kept
 * @param fields - fields and values, one after the other
 */
export async function pushFields(
  { connection, run }: RedisLink,
  key: string,
  ttlMs: number,
  fields: readonly (string | number | Buffer)[],
): Promise<void> {
  await run(async () => {
    const command = new Command("eval", [PUSH, 1, key, ttlMs, ...fields], { replyEncoding: "utf8" });
    try {
      return await connection.sendCommand(command);
    } finally {
      command.args.length = 0;
    }
  });
}
