import { createRedisScript, type ScriptConnection } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { type Numbering, readToken, TOKEN_LENGTH, tokenOf, writeToken } from "../terms/numbering.ts";
import { entriesKey, heardKey, listKeys } from "./list-keys.ts";
import { SUPPRESSIONS_LUA } from "./list-script.ts";
import { OtherSecretError } from "./suppression-list.ts";

/**
 * Takes a number out of the list, whose entries stay under a hash, with their kinds and times. Where it stood in clear, the
 * changes that are kept name it, too: they go, and whoever watches the list reads it anew.
 *
 * Keys: head, log, held, then of each entry where it is, where it goes, and when it was heard in either place. Values: the key's
 * ID, "1" where the changes go, then the fields of each.
 */
const FORGET = createRedisScript(`
${SUPPRESSIONS_LUA}
local list = suppressions(KEYS[1], KEYS[2], KEYS[3], ARGV[1])
if not list then return "other_key" end
for each = 0, (#KEYS - 3) / 4 - 1 do
  local bucket, hidden, heard, heard_hidden = unpack(KEYS, each * 4 + 4, each * 4 + 7)
  local field, hidden_field = unpack(ARGV, each * 2 + 3, each * 2 + 4)
  local entry = redis.call("HGET", bucket, field)
  redis.call("HDEL", KEYS[3], field)
  if entry then
    entry = string.match(entry, "^[^\\n]*") .. "\\n\\n"
    if field == hidden_field then
      redis.call("HSET", bucket, field, entry)
    else
      list.remove(bucket, field)
      list.add(hidden, hidden_field, entry)
    end
  end
  if heard ~= heard_hidden and redis.call("EXISTS", heard) == 1 then redis.call("RENAME", heard, heard_hidden) end
end
list.close()
if ARGV[2] == "1" then redis.call("DEL", KEYS[2]) end
return 1`);

/** Where the list is. */
type ListPlace = {
  readonly redis: Redis | Cluster;
  readonly prefix: string;
  readonly numbering: Numbering;
  /** What changes go by, also where there are none: what was written before is confirmed then. @default `redis` */
  readonly writes?: ScriptConnection;
};

/** What the list has of somebody. */
export type ListTraces = {
  /** Entries in which something stands that could be anybody's words, or their number. */
  readonly entries: number;
  /** What they have said that are held. */
  readonly held: number;
};

const CHANGES_AT_ONCE = 10_000;

/**
 * Takes somebody out of the list but for hashes by which they stay on it. @param scopes - codes of scopes for which they were heard
 *
 * @returns what there was
 * @throws OtherSecretError, and whatever `writes` throws
 */
export async function forgetEntries(
  place: ListPlace,
  { number, scopes, isDry }: { readonly number: string; readonly scopes: readonly string[]; readonly isDry: boolean },
): Promise<ListTraces> {
  const { redis, prefix, numbering } = place;
  const [token, hidden] = [tokenOf(number, numbering), tokenOf(number, numbering.hidden ?? numbering)];
  const { head, log, held } = listKeys(prefix);
  const entries = Object.entries(await redis.hgetall(entriesKey(prefix, token))).filter(
    ([field]) => readToken(field) === token,
  );
  const open = entries.filter(([, entry]) => numbering.hidden !== null || !entry.endsWith("\n\n"));
  const codes = [...new Set([...entries.map(([field]) => field.slice(TOKEN_LENGTH)), ...scopes])];
  const fields = codes.map((code) => [writeToken(token) + code, writeToken(hidden) + code] as const);
  const notes = fields.length === 0 ? [] : await redis.hmget(held, ...fields.map(([field]) => field));
  const found = { entries: open.length, held: notes.filter((note) => note !== null).length };
  const isLogged = numbering.hidden !== null && (open.length > 0 || (await isInLog(place, writeToken(token))));
  if (isDry) return found;
  const bucketOf = (of: number): string => entriesKey(prefix, of);
  const keys = fields.flatMap(([from, to]) => [
    bucketOf(token),
    bucketOf(hidden),
    heardKey(prefix, from),
    heardKey(prefix, to),
  ]);
  const answer = await FORGET.run(
    place.writes ?? redis,
    [head, log, held, ...keys],
    [numbering.keyId, isLogged ? 1 : 0, ...fields.flat()],
  );
  if (answer === 1) return found;
  throw new OtherSecretError("the suppression list was written with another VOLLEY_SUPPRESSION_SECRET, or without one");
}

async function isInLog({ redis, prefix }: ListPlace, token: string): Promise<boolean> {
  const { log } = listKeys(prefix);
  for (let from = 0; ; from += CHANGES_AT_ONCE) {
    const changes = await redis.lrange(log, from, from + CHANGES_AT_ONCE - 1);
    if (changes.some((change) => change.startsWith(token, 1))) return true;
    if (changes.length < CHANGES_AT_ONCE) return false;
  }
}
