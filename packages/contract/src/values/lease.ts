import { createRedisScript, type ScriptConnection } from "./redis-script.ts";

/** Something that one process does over all. */
export type Lease = {
  readonly redis: ScriptConnection;
  readonly key: string;
  /** What tells this process from others. */
  readonly me: string;
};

/** Keys: the lease. Values: who asks, for how long. @returns 1 where it has the lease now */
const HOLD = createRedisScript(`
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
-- A Redis that is full still lets it go on.
if holder then return redis.call("PEXPIRE", KEYS[1], ARGV[2]) end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 1`);

/** Keys: the lease. Values: who lets go of it. */
const LEAVE = createRedisScript(`
if redis.call("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end`);

/**
 * Takes a lease, or goes on having it.
 *
 * @param lastsMs - how long nobody else has it when this process is not heard of again
 * @returns whether this process has it
 */
export async function holdLease({ redis, key, me }: Lease, lastsMs: number): Promise<boolean> {
  return (await HOLD.run(redis, [key], [me, lastsMs])) === 1;
}

/** Gives a lease back, so that another process need not wait. That of another one stays. */
export async function leaveLease({ redis, key, me }: Lease): Promise<void> {
  await LEAVE.run(redis, [key], [me]);
}
