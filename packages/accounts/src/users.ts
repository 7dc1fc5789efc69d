import { createRedisScript, kindOf } from "@volley/contract";
import { usersKey } from "./names.ts";
import { hashPassword, PASSWORD_LENGTHS } from "./passwords.ts";
import type { AccountPlace } from "./place.ts";

/** What somebody may do on the board: look, or act. */
export const ROLES = ["viewer", "operator"] as const;

/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** An account, as it is shown. */
export type Account = { readonly name: string; readonly role: Role; readonly created_at: string };

/** An account, as it is kept. */
export type KeptAccount = Account & {
  /** Of `hashPassword`. */
  readonly password: string;
};

export const MOST_ACCOUNTS = 1_000;

const NAME = /^[a-z][a-z0-9._@-]{0,63}$/;

/** Keys: the accounts. Values: how many there may be, the name, the account, whether it may be there. */
const ADD = createRedisScript(`
local there = redis.call("HEXISTS", KEYS[1], ARGV[2]) == 1
if there and ARGV[4] == "no" then return "there" end
if not there and redis.call("HLEN", KEYS[1]) >= tonumber(ARGV[1]) then return "full" end
redis.call("HSET", KEYS[1], ARGV[2], ARGV[3])
return "added"`);

/** What a person gives for a new account. */
export type AccountInput = { readonly name: string; readonly role: string; readonly password: string };

/** @returns a sentence for everything that is wrong; it never holds the value */
export function accountProblems({ name, role, password }: AccountInput): string[] {
  const { least, most } = PASSWORD_LENGTHS;
  const { length } = password;
  return [
    NAME.test(name)
      ? null
      : `name: expected 1 to 64 of a-z, 0-9, . _ @ -, a letter first, got ${kindOf(name, { isPrivate: true })}`,
    isRole(role) ? null : `role: expected ${ROLES.join(" or ")}, got ${kindOf(role, { words: ROLES })}`,
    length >= least && length <= most ? null : `password: expected ${least} to ${most} characters, got ${length}`,
  ].filter((problem) => problem !== null);
}

/**
 * Adds an account. Where it replaces one, whoever is signed in with that is signed out.
 *
 * @param input - without {@link accountProblems}
 * @returns `there` where there is one with that name and it is not to be replaced, `full` where there are too many
 */
export async function addAccount(
  { redis, prefix }: AccountPlace,
  { name, role, password }: AccountInput,
  { replace, now }: { readonly replace: boolean; readonly now: Date },
): Promise<"added" | "there" | "full"> {
  const account = { name, role, created_at: now.toISOString(), password: await hashPassword(password) };
  const values = [MOST_ACCOUNTS, name, JSON.stringify(account), replace ? "yes" : "no"];
  return (await ADD.run(redis, [usersKey(prefix)], values)) as "added" | "there" | "full";
}

/** Its sessions end at once. @returns whether there was one */
export async function removeAccount({ redis, prefix }: AccountPlace, name: string): Promise<boolean> {
  return (await redis.hdel(usersKey(prefix), name)) === 1;
}

/** @returns all of them, by name */
export async function listAccounts({ redis, prefix }: AccountPlace): Promise<Account[]> {
  return (await redis.hvals(usersKey(prefix)))
    .map(readAccount)
    .filter((account) => account !== null)
    .map(({ name, role, created_at }) => ({ name, role, created_at }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

export async function countAccounts({ redis, prefix }: AccountPlace): Promise<number> {
  return redis.hlen(usersKey(prefix));
}

/** @returns `null` where there is none, or where it cannot be read */
export async function findAccount({ redis, prefix }: AccountPlace, name: string): Promise<KeptAccount | null> {
  return readAccount((await redis.hget(usersKey(prefix), name)) ?? "");
}

export function readAccount(text: string): KeptAccount | null {
  try {
    const { name, role, created_at, password } = Object(JSON.parse(text)) as Record<string, unknown>;
    const isGood = [name, created_at, password].every((each) => typeof each === "string") && isRole(role);
    return isGood ? ({ name, role, created_at, password } as KeptAccount) : null;
  } catch {
    return null;
  }
}

function isRole(role: unknown): role is Role {
  return ROLES.some((known) => known === role);
}
