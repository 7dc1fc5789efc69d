import { createRedisScript, type ScriptConnection } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { isHidden, type Numbering, readToken, TOKEN_LENGTH, tokenOf, writeToken } from "../terms/numbering.ts";
import { unpackEntry } from "./entry.ts";
import { BUCKETS, bucketKey, carriedKey, entriesKey, listKeys } from "./list-keys.ts";
import { READ_ENTRIES, SUPPRESSIONS_LUA } from "./list-script.ts";
import { readChanges } from "./list-watch.ts";
import { OtherSecretError } from "./suppression-list.ts";
import { nextVersion, type Version } from "./version.ts";

/** A Redis with a list of its own. */
export type CarriedPlace = {
  /** Its name among the others: by this a copy says whose it is. */
  readonly name: string;
  readonly redis: Redis | Cluster;
  /** What changes go by. @default `redis` */
  readonly writes?: ScriptConnection;
};

/** From where to where. */
export type CarryOptions = {
  readonly from: CarriedPlace;
  readonly to: CarriedPlace;
  readonly prefix: string;
  readonly numbering: Numbering;
};

/** What no entry of anybody else begins with in its second line: control characters are taken out of those. */
const COPY = "\u0001";

/** What {@link shownWho} begins with where it is a copy. */
export const COPY_OF = "copy of ";

const BUCKETS_AT_ONCE = 256;
const CHANGES_AT_ONCE = 500;

const scripts = {
  read: createRedisScript(READ_ENTRIES),
  entries: createRedisScript(`
local found = {}
for at = 1, #KEYS do found[at] = redis.call("HGET", KEYS[at], ARGV[at]) or "" end
return found`),
  /**
   * Keys: head, log, held, how far it is, then a bucket for each. Values: the key's ID, whose copies they are, how far it is then, and
   * field and value of each: no value where it is gone.
   */
  carry: createRedisScript(`${SUPPRESSIONS_LUA}
local list = suppressions(KEYS[1], KEYS[2], KEYS[3], ARGV[1])
if not list then return "other_key" end
local mark = "\\n" .. ARGV[2] .. "\\n"
for each = 5, #KEYS do
  local field, value = ARGV[each * 2 - 6], ARGV[each * 2 - 5]
  local bucket = KEYS[each]
  if value ~= "" then list.add(bucket, field, value)
  else
    local was = list.get(bucket, field)
    if was and string.find(was, mark, 1, true) then list.remove(bucket, field) end
  end
end
list.close()
if ARGV[3] ~= "" then redis.call("HSET", KEYS[4], string.sub(ARGV[2], 2), ARGV[3]) end
return 1`),
};

/** Whose copy an entry is; `null` for one that was made here. @param who - of the entry */
function copiedFrom(who: string): string | null {
  return who.startsWith(COPY) ? who.slice(COPY.length) : null;
}

/** Who has put somebody there, in words: of a copy, from which Redis it is. */
export function shownWho(who: string): string {
  const from = copiedFrom(who);
  return from === null ? who : `${COPY_OF}${from}`;
}

/**
 * Brings what counts for all, and for a sender wherever they send, from the list of one Redis to that of another, as hashes:
 * who they are, and what they have said, stays where it is. What has left the first list leaves the second, unless it was put there
 * by itself. It may be cut off and made again, by any number of processes.
 *
 * @returns whether there was anything to be carried
 * @throws OtherSecretError, UnreadableListError, and whatever Redis and `writes` throw
 */
export async function carryList(options: CarryOptions): Promise<boolean> {
  const { from, to, prefix, numbering } = options;
  const place = { redis: from.redis, prefix, numbering };
  const before = await to.redis.hget(carriedKey(prefix), from.name);
  const known = before === null ? null : versionOf(before);
  const { now, changes } = await readChanges(place, known?.version ?? "");
  if (now.head === (before ?? "")) return false;
  const fields = known && changes ? changedSince(known, now, changes, numbering) : null;
  if (fields === null) await carryAll(options);
  else await carryFields(options, fields);
  await write(options, [], now.head);
  return true;
}

function versionOf(head: string): Version | null {
  const [, version, chain] = /^(\d+):([0-9a-f]{12}):/.exec(head) ?? [];
  return version === undefined || chain === undefined ? null : { head, version: Number(version), chain };
}

/** @returns the fields of what has changed; `null` where it is another list than before */
function changedSince(known: Version, now: Version, changes: readonly string[], numbering: Numbering): string[] | null {
  let version = known;
  for (const change of changes) version = nextVersion(version, change, numbering);
  return version.head === now.head ? [...new Set(changes.map((change) => change.slice(1)))] : null;
}

async function carryFields(options: CarryOptions, fields: readonly string[]): Promise<void> {
  const { from, prefix } = options;
  for (let at = 0; at < fields.length; at += CHANGES_AT_ONCE) {
    const some = fields.slice(at, at + CHANGES_AT_ONCE);
    const keys = some.map((field) => entriesKey(prefix, readToken(field)));
    const values = (await scripts.entries.run(from.redis, keys, some)) as string[];
    await write(
      options,
      copiesOf(
        options,
        some.map((field, place) => [field, values[place] ?? ""]),
      ),
      "",
    );
  }
}

async function carryAll(options: CarryOptions): Promise<void> {
  const { from, prefix } = options;
  for (let first = 0; first < BUCKETS; first += BUCKETS_AT_ONCE) {
    const count = Math.min(BUCKETS_AT_ONCE, BUCKETS - first);
    const keys = Array.from({ length: count }, (_, offset) => bucketKey(prefix, first + offset));
    const flat = (await scripts.read.run(from.redis, keys, [])) as string[];
    const entries = flat.flatMap((field, at) => (at % 2 === 0 ? [[field, flat[at + 1] ?? ""] as const] : []));
    for (let at = 0; at < entries.length; at += CHANGES_AT_ONCE) {
      await write(options, copiesOf(options, entries.slice(at, at + CHANGES_AT_ONCE)), "");
    }
  }
}

type Copy = { readonly bucket: string; readonly field: string; readonly value: string };

function copiesOf({ from, prefix, numbering }: CarryOptions, entries: readonly (readonly [string, string])[]): Copy[] {
  return entries.flatMap(([field, value]): Copy[] => {
    const code = field.slice(TOKEN_LENGTH);
    const entry = unpackEntry(value);
    // A region's own is nobody else's, and a copy has come from elsewhere.
    if (code.startsWith("r") || (entry !== null && copiedFrom(entry.who) !== null)) return [];
    const token = hiddenOf(readToken(field), numbering);
    const [head = ""] = value.split("\n");
    const own = entry === null ? "" : `${head}\n${COPY}${from.name}\n`;
    return [{ bucket: entriesKey(prefix, token), field: writeToken(token) + code, value: own }];
  });
}

/** Nobody's number stands in the list of another region. */
function hiddenOf(token: number, { hidden }: Numbering): number {
  return hidden === null || isHidden(token) ? token : tokenOf(String(token), hidden);
}

async function write(
  { from, to, prefix, numbering }: CarryOptions,
  copies: readonly Copy[],
  head: string,
): Promise<void> {
  if (copies.length === 0 && head === "") return;
  const { head: headKey, log, held } = listKeys(prefix);
  const keys = [headKey, log, held, carriedKey(prefix), ...copies.map(({ bucket }) => bucket)];
  const values = [numbering.keyId, COPY + from.name, head, ...copies.flatMap(({ field, value }) => [field, value])];
  const answer = await scripts.carry.run(to.writes ?? to.redis, keys, values);
  if (answer === 1) return;
  throw new OtherSecretError(
    "the suppression lists of two Redis were written with different VOLLEY_SUPPRESSION_SECRET",
  );
}

/** As an operator's entry that is to be in every list is added: as a hash. @param number - 7 to 15 digits */
export function hashOfNumber(number: string, numbering: Numbering): string {
  const of = numbering.hidden ?? numbering;
  return `hash:${of.keyId}:${writeToken(tokenOf(number, of))}`;
}
