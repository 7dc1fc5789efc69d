import { randomUUID } from "node:crypto";
import { createRedisScript, leaveLease } from "@volley/contract";
import { FIRST_EVENTS } from "@volley/receipts";
import type { Cluster, Redis } from "ioredis";
import { cursorKey, leaseKey } from "../terms/keys.ts";

/** How long nobody else feeds a sink after its process was heard of last, in milliseconds. */
export const LEASE_MS = 5_000;

/**
 * Keys: the lease, the cursor. Values: who asks, how long it has the lease then, where the cursor goes (empty: nowhere). A
 * process that had lost the lease moves nothing: another one may be further.
 *
 * @returns the cursor, empty before the first move; nothing where another process has the lease
 */
const HOLD = createRedisScript(`
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return false end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
if holder and ARGV[3] ~= "" then redis.call("SET", KEYS[2], ARGV[3]) end
return redis.call("GET", KEYS[2]) or ""`);

/** A process' hold on a sink's place in the stream. It is the cursor in Redis that counts: nothing is remembered here. */
export type Place = {
  /**
   * Takes the lease, or goes on having it.
   *
   * @param cursor - where the sink is now
   * @returns where it is; `null` where another process has it
   */
  readonly hold: (cursor?: string) => Promise<string | null>;
  readonly leave: () => Promise<void>;
};

/** @param sink - its name */
export function createPlace(redis: Redis | Cluster, prefix: string, sink: string): Place {
  const me = randomUUID();
  const lease = leaseKey(prefix, sink);
  return {
    hold: async (cursor = "") => {
      const found = await HOLD.run(redis, [lease, cursorKey(prefix, sink)], [me, LEASE_MS, cursor]);
      return typeof found === "string" ? found || FIRST_EVENTS : null;
    },
    leave: async () => leaveLease({ redis, key: lease, me }),
  };
}
