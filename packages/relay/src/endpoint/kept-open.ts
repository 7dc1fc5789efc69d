import { createRedisScript, holdLease, leaveLease } from "@volley/contract";
import { endpointKey, endpointLeaseKey, type EndpointAddress, openKey } from "@volley/endpoints";

/** One change of what is kept: of an event that is open, or of a field of the endpoint. An empty value takes it away. */
export type Change =
  | readonly [of: "open", place: string, value: string]
  | readonly [of: "field" | "first", name: string, value: string]
  /** Takes a field away where it still is what it was. */
  | readonly [of: "done", name: string, value: string];

/** How long nobody else delivers to an endpoint after its process was heard of last, in milliseconds. */
const LEASE_MS = 5_000;

/**
 * Keys: the lease, the endpoint, what is open. Values: who writes, then changes of three values each. Whoever has lost the lease
 * writes nothing, nor does anybody where the endpoint is removed.
 */
const WRITE = createRedisScript(`
if redis.call("GET", KEYS[1]) ~= ARGV[1] or redis.call("EXISTS", KEYS[2]) == 0 then return 0 end
for place = 2, #ARGV, 3 do
  local of, name, value = ARGV[place], ARGV[place + 1], ARGV[place + 2]
  local key = of == "open" and KEYS[3] or KEYS[2]
  if of == "done" then
    if redis.call("HGET", key, name) == value then redis.call("HDEL", key, name) end
  elseif value == "" then redis.call("HDEL", key, name)
  elseif of == "first" then redis.call("HSETNX", key, name, value)
  else redis.call("HSET", key, name, value) end
end
return 1`);

/** Takes the lease of an endpoint, or goes on having it. @returns whether this process has it */
export async function holdEndpoint({ redis, prefix, id }: EndpointAddress, me: string): Promise<boolean> {
  return holdLease({ redis, key: endpointLeaseKey(prefix, id), me }, LEASE_MS);
}

export async function leaveEndpoint({ redis, prefix, id }: EndpointAddress, me: string): Promise<void> {
  await leaveLease({ redis, key: endpointLeaseKey(prefix, id), me });
}

/** Another process delivers to the endpoint, or it is removed. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

/** Writes changes, all of them or none. @throws LeaseLostError */
export async function write(
  { redis, prefix, id }: EndpointAddress,
  me: string,
  changes: readonly Change[],
): Promise<void> {
  const keys = [endpointLeaseKey(prefix, id), endpointKey(prefix, id), openKey(prefix, id)];
  if ((await WRITE.run(redis, keys, [me, ...changes.flat()])) !== 1) throw new LeaseLostError("the lease is lost");
}

/** An event that is open, as it is kept. */
export type KeptOpen = { readonly place: string; readonly tries: number; readonly dueAt: number };

export async function readOpen({ redis, prefix, id }: EndpointAddress): Promise<KeptOpen[]> {
  const open = await redis.hgetall(openKey(prefix, id));
  return Object.entries(open).map(([place, value]) => {
    const [tries, dueAt] = value.split(":").map(Number);
    return { place, tries: tries ?? 0, dueAt: dueAt ?? 0 };
  });
}

/** How an event that is open is kept. */
export function openChange({ place, tries, dueAt }: KeptOpen): Change {
  return ["open", place, `${tries}:${dueAt}`];
}
