import { createHash } from "node:crypto";
import { createRedisScript } from "@volley/contract";
import { triesKey } from "./names.ts";
import type { AccountPlace } from "./place.ts";

const HOUR_MS = 60 * 60_000;

/** How many wrong passwords an account and an address may have within how many milliseconds. */
export const TRIES = { ofAccount: 10, ofAddress: 30, withinMs: 15 * 60_000 } as const;

/**
 * Keys: the tries of the account, of the address. Values: the most of each, and how long they count.
 *
 * Counted before the password is looked at, so that of many at once no more are looked at than these.
 *
 * @returns in how many milliseconds there is another try, 0 where this one may be made; and which of them this one is
 */
const TAKE = createRedisScript(`
local wait = 0
for at, key in ipairs(KEYS) do
  if tonumber(redis.call("GET", key) or "0") >= tonumber(ARGV[at]) then wait = math.max(wait, redis.call("PTTL", key)) end
end
if wait > 0 then return { wait, 0 } end
local most = 0
for at, key in ipairs(KEYS) do
  local count = redis.call("INCR", key)
  if count == 1 then redis.call("PEXPIRE", key, ARGV[#KEYS + 1]) end
  if count == tonumber(ARGV[at]) then most = 1 end
end
return { 0, most }`);

/** Keys: the tries of the account, of the address. A right password was none of the account's, and one less of the address'. */
const FORGET = createRedisScript(`
redis.call("DEL", KEYS[1])
if tonumber(redis.call("GET", KEYS[2]) or "0") > 0 then redis.call("DECR", KEYS[2]) end
return 1`);

/** Whose try it is: the name as it was typed, and where it comes from. */
export type Tried = { readonly name: string; readonly address: string };

/** What may be done. */
export type Try = {
  /** In how many milliseconds there may be another one; 0 where this one may be made. */
  readonly waitMs: number;
  /** Whether this is the last one for a while, if it fails. */
  readonly isLast: boolean;
};

/** Takes a try to sign in, of those that an account and an address have. */
export async function takeTry({ redis, prefix }: AccountPlace, tried: Tried): Promise<Try> {
  const values = [TRIES.ofAccount, TRIES.ofAddress, TRIES.withinMs];
  const [waitMs = 0, isLast = 0] = (await TAKE.run(redis, keysOf(prefix, tried), values)) as readonly number[];
  return { waitMs, isLast: isLast === 1 };
}

/** The password was right. */
export async function giveBackTry({ redis, prefix }: AccountPlace, tried: Tried): Promise<void> {
  await FORGET.run(redis, keysOf(prefix, tried), []);
}

/** Whether somebody has not signed in from there within the last hour. */
export async function isFirstOfHour({ redis, prefix }: AccountPlace, { name, address }: Tried): Promise<boolean> {
  const key = triesKey(prefix, digestOf(`signed in ${name} ${networkOf(address)}`));
  return (await redis.set(key, "1", "PX", HOUR_MS, "NX")) === "OK";
}

/** What was typed for a name may be anything: it stands in Redis as a digest. */
function keysOf(prefix: string, { name, address }: Tried): string[] {
  return [`name ${name}`, `address ${networkOf(address)}`].map((text) => triesKey(prefix, digestOf(text)));
}

/** Whoever has one address of IPv6 has 2^64 of them. */
function networkOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address.replace(/^::ffff:/, "");
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const groups = head.split(":").filter(Boolean);
  const behind = tail?.split(":").filter(Boolean) ?? [];
  const all =
    tail === undefined
      ? groups
      : [...groups, ...Array(Math.max(0, 8 - groups.length - behind.length)).fill("0"), ...behind];
  return all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
