import { createHash, randomBytes } from "node:crypto";
import { createRedisScript } from "@volley/contract";
import { sessionKey, usersKey } from "./names.ts";
import type { AccountPlace } from "./place.ts";
import { readAccount, type Role } from "./users.ts";

/** How long a session lasts without a request, and at all, in milliseconds. */
export const SESSION_MS = { idle: 30 * 60_000, most: 12 * 60 * 60_000 } as const;

const TOKEN_BYTES = 32;

/** Keys: the session. Values: whose it is, what proves the account, when it began, how long it lasts without a request. */
const OPEN = createRedisScript(`
redis.call("HSET", KEYS[1], "account", ARGV[1], "proof", ARGV[2], "since", ARGV[3])
redis.call("PEXPIRE", KEYS[1], ARGV[4])
return 1`);

/**
 * Keys: the session, the accounts. Values: how long it lasts without a request, when it ends at the latest if it began then,
 * whether this is a request of a person.
 *
 * @returns whose it is, what proves it, and the account with that name
 */
const LOOK = createRedisScript(`
local session = redis.call("HMGET", KEYS[1], "account", "proof", "since")
if not session[1] then return false end
local left = tonumber(session[3]) - tonumber(ARGV[2])
if left <= 0 then
  redis.call("DEL", KEYS[1])
  return false
end
if ARGV[3] == "yes" then redis.call("PEXPIRE", KEYS[1], math.min(left, tonumber(ARGV[1]))) end
return { session[1], session[2], redis.call("HGET", KEYS[2], session[1]) }`);

/** An account of the settings: it is in no list, and proved by what only they can make. */
export type SettingsAccount = { readonly name: string; readonly role: Role; readonly proof: string };

/** Who is signed in. */
export type SignedIn = { readonly name: string; readonly role: Role };

/** What a session is opened for. */
export type Opener = { readonly name: string; readonly proof: string };

/** @returns the token: whoever has it is signed in. Redis has its digest alone */
export async function openSession(
  { redis, prefix }: AccountPlace,
  { name, proof }: Opener,
  now: Date,
): Promise<string> {
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  await OPEN.run(redis, [sessionKey(prefix, digestOf(token))], [name, proof, now.getTime(), SESSION_MS.idle]);
  return token;
}

/**
 * Looks whose session it is. One call of Redis. An account that was removed or replaced has none any more, and a role that was
 * changed holds at once.
 *
 * @param isRequest - whether it goes on for longer by this look: not where a page looks by itself
 * @returns `null` where it has ended, or where there is none
 */
export async function lookUpSession(
  { redis, prefix }: AccountPlace,
  token: string,
  {
    now,
    isRequest,
    settings,
  }: { readonly now: Date; readonly isRequest: boolean; readonly settings: SettingsAccount | null },
): Promise<SignedIn | null> {
  const values = [SESSION_MS.idle, now.getTime() - SESSION_MS.most, isRequest ? "yes" : "no"];
  const keys = [sessionKey(prefix, digestOf(token)), usersKey(prefix)];
  const found = await LOOK.run(redis, keys, values);
  if (!Array.isArray(found)) return null;
  const [name, proof, kept] = found as readonly (string | null)[];
  if (settings !== null && name === settings.name) return proof === settings.proof ? settings : null;
  const account = readAccount(kept ?? "");
  return account !== null && proofOf(account) === proof ? { name: account.name, role: account.role } : null;
}

export async function endSession({ redis, prefix }: AccountPlace, token: string): Promise<void> {
  await redis.del(sessionKey(prefix, digestOf(token)));
}

/** What a session keeps of its account: another password or another account is another proof. */
export function proofOf({ password }: { readonly password: string }): string {
  return digestOf(password).slice(0, 32);
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
