import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
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

/** Before the name of a list, in the hash of how far each is: who carries it, and until when they may stand still. */
const TURN = "turn ";

/** How long whoever carries may stand still, in milliseconds. Then somebody else begins, and what the first one read is not written. */
const TURN_MS = 2_000;

/** How long is waited for somebody else who carries, and how often is looked, in milliseconds. */
const [WAIT_MS, LOOK_MS] = [10_000, 25];

/** What {@link shownWho} begins with where it is a copy. */
export const COPY_OF = "copy of ";

const BUCKETS_AT_ONCE = 256;
const CHANGES_AT_ONCE = 500;

/** `is_turn(key, name, who)`: whether it is theirs; of `false`, whether it is nobody's. `go_on(key, name, who)` keeps it for a while. */
const TURN_LUA = `
local function now_ms()
  local now = redis.call("TIME")
  return now[1] * 1000 + math.floor(now[2] / 1000)
end
local function is_turn(key, name, who)
  local whose, ends = string.match(redis.call("HGET", key, "${TURN}" .. name) or "", "^(%S+) (%d+)$")
  if who then return whose == who end
  return not whose or tonumber(ends) <= now_ms()
end
local function go_on(key, name, who)
  redis.call("HSET", key, "${TURN}" .. name, who .. " " .. string.format("%.0f", now_ms() + ${TURN_MS}))
end`;

const scripts = {
  read: createRedisScript(READ_ENTRIES),
  entries: createRedisScript(`
local found = {}
for at = 1, #KEYS do found[at] = redis.call("HGET", KEYS[at], ARGV[at]) or "" end
return found`),
  /**
   * Keys: head, log, held, how far it is, then a bucket for each. Values: the key's ID, whose copies they are, how far it is then, whose
   * turn it is, and of each its field, its value (none where it is gone) and its mark. An entry that several lists have brought has all
   * of their marks.
   */
  carry: createRedisScript(`${SUPPRESSIONS_LUA}
${TURN_LUA}
local name = ARGV[2]
if not is_turn(KEYS[4], name, ARGV[4]) then return "overtaken" end
local list = suppressions(KEYS[1], KEYS[2], KEYS[3], ARGV[1])
if not list then return "other_key" end
for each = 5, #KEYS do
  local field, value, mark = unpack(ARGV, each * 3 - 10, each * 3 - 8)
  local bucket = KEYS[each]
  local head, marks = string.match(list.get(bucket, field) or "", "^([^\\n]*)\\n(\\1[^\\n]*)\\n")
  local first, last = string.find((marks or "") .. "\\1", mark .. "\\1", 1, true)
  if value ~= "" and marks and not first then
    local is_held, said = string.sub(head, 1, 1) == "m", string.match(value, "^[^\\n]*")
    if is_held and string.sub(said, 1, 1) ~= "m" then head = said end
    list.replace(bucket, field, head .. "\\n" .. marks .. mark .. "\\n")
  elseif value ~= "" then list.add(bucket, field, value)
  elseif first then
    local left = string.sub(marks, 1, first - 1) .. string.sub(marks, last)
    if left == "" then list.remove(bucket, field)
    else list.replace(bucket, field, head .. "\\n" .. left .. "\\n") end
  end
end
list.close()
if ARGV[3] == "" then go_on(KEYS[4], name, ARGV[4])
else
  redis.call("HSET", KEYS[4], name, ARGV[3])
  redis.call("HDEL", KEYS[4], "${TURN}" .. name)
end
return 1`),
  /** Keys: how far each list is. Values: whose copies it is about, who wants to carry them. Answers 1 where nobody else does. */
  turn: createRedisScript(`${TURN_LUA}
if not is_turn(KEYS[1], ARGV[1], false) then return 0 end
go_on(KEYS[1], ARGV[1], ARGV[2])
return 1`),
};

/** Whose copy an entry is; `null` for one that was made here. @param who - of the entry */
function copiedFrom(who: string): string | null {
  return who.startsWith(COPY) ? who.slice(COPY.length) : null;
}

/** Who has put somebody there, in words: of a copy, from which Redis it is. */
export function shownWho(who: string): string {
  const from = copiedFrom(who);
  return from === null ? who : `${COPY_OF}${from.replaceAll(AS_HASH, "").split(COPY).join(", ")}`;
}

/**
 * Brings what counts for all, and for a sender wherever they send, from the list of one Redis to that of another, as hashes:
 * who they are, and what they have said, stays where it is. What has left the first list leaves the second, unless it was put there
 * by itself. It may be cut off and made again, by any number of processes: one of them carries, and whoever has stood still for too
 * long writes nothing more, which could be old by now.
 *
 * @returns whether there was anything to be carried
 * @throws OtherSecretError, UnreadableListError, and whatever Redis and `writes` throw
 */
export async function carryList(options: CarryOptions): Promise<boolean> {
  const until = Date.now() + WAIT_MS;
  while (Date.now() < until) {
    const end = await carryOnce(options);
    if (end !== "overtaken") return end === "carried";
    await sleep(LOOK_MS);
  }
  throw new Error("others carry opt-outs, and do not come to an end");
}

async function carryOnce(options: CarryOptions): Promise<"carried" | "nothing" | "overtaken"> {
  const { from, to, prefix, numbering } = options;
  if (await isCarried(options)) return "nothing";
  const turn = randomUUID();
  if ((await scripts.turn.run(to.redis, [carriedKey(prefix)], [from.name, turn])) !== 1) return "overtaken";
  const place = { redis: from.redis, prefix, numbering };
  const before = await to.redis.hget(carriedKey(prefix), from.name);
  const known = before === null ? null : versionOf(before);
  const { now, changes } = await readChanges(place, known?.version ?? "");
  const fields = known && changes ? changedSince(known, now, changes, numbering) : null;
  const carrying = { ...options, turn };
  const isThere = await (fields === null ? carryAll(carrying) : carryFields(carrying, fields));
  return isThere && (await write(carrying, [], now.head)) ? "carried" : "overtaken";
}

async function isCarried({ from, to, prefix, numbering }: CarryOptions): Promise<boolean> {
  const before = await to.redis.hget(carriedKey(prefix), from.name);
  const known = before === null ? null : versionOf(before);
  const { now } = await readChanges({ redis: from.redis, prefix, numbering }, known?.version ?? "");
  return now.head === (before ?? "");
}

/** Somebody's turn at it. */
type Carrying = CarryOptions & { readonly turn: string };

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

/** @returns whether all is there; not where somebody else has begun meanwhile */
async function carryFields(options: Carrying, fields: readonly string[]): Promise<boolean> {
  const { from, prefix } = options;
  for (let at = 0; at < fields.length; at += CHANGES_AT_ONCE) {
    const some = fields.slice(at, at + CHANGES_AT_ONCE);
    const keys = some.map((field) => entriesKey(prefix, readToken(field)));
    const values = (await scripts.entries.run(from.redis, keys, some)) as string[];
    const copies = copiesOf(
      options,
      some.map((field, place) => [field, values[place] ?? ""]),
    );
    if (!(await write(options, copies, ""))) return false;
  }
  return true;
}

/** @see {@link carryFields} */
async function carryAll(options: Carrying): Promise<boolean> {
  const { from, prefix } = options;
  for (let first = 0; first < BUCKETS; first += BUCKETS_AT_ONCE) {
    const count = Math.min(BUCKETS_AT_ONCE, BUCKETS - first);
    const keys = Array.from({ length: count }, (_, offset) => bucketKey(prefix, first + offset));
    const flat = (await scripts.read.run(from.redis, keys, [])) as string[];
    const entries = flat.flatMap((field, at) => (at % 2 === 0 ? [[field, flat[at + 1] ?? ""] as const] : []));
    for (let at = 0; at < entries.length; at += CHANGES_AT_ONCE) {
      const copies = copiesOf(options, entries.slice(at, at + CHANGES_AT_ONCE));
      if (!(await write(options, copies, ""))) return false;
    }
  }
  return true;
}

type Copy = { readonly bucket: string; readonly field: string; readonly value: string; readonly mark: string };

/** Behind the name of a list, where it has somebody as a hash: the same one may stand there in clear, too, and leave by itself. */
const AS_HASH = "#";

function copiesOf({ from, prefix, numbering }: CarryOptions, entries: readonly (readonly [string, string])[]): Copy[] {
  return entries.flatMap(([field, value]): Copy[] => {
    const code = field.slice(TOKEN_LENGTH);
    const entry = unpackEntry(value);
    // A region's own is nobody else's, and a copy has come from elsewhere.
    if (code.startsWith("r") || (entry !== null && copiedFrom(entry.who) !== null)) return [];
    const token = hiddenOf(readToken(field), numbering);
    const [head = ""] = value.split("\n");
    const isHash = numbering.hidden !== null && isHidden(readToken(field));
    const mark = `${COPY}${from.name}${isHash ? AS_HASH : ""}`;
    const own = entry === null ? "" : `${head}\n${mark}\n`;
    return [{ bucket: entriesKey(prefix, token), field: writeToken(token) + code, value: own, mark }];
  });
}

/** Nobody's number stands in the list of another region. */
function hiddenOf(token: number, { hidden }: Numbering): number {
  return hidden === null || isHidden(token) ? token : tokenOf(String(token), hidden);
}

/** @returns whether it was written; not where somebody else has begun meanwhile. Nothing to write keeps the turn, too. */
async function write(
  { from, to, prefix, numbering, turn }: Carrying,
  copies: readonly Copy[],
  head: string,
): Promise<boolean> {
  const { head: headKey, log, held } = listKeys(prefix);
  const keys = [headKey, log, held, carriedKey(prefix), ...copies.map(({ bucket }) => bucket)];
  const each = copies.flatMap(({ field, value, mark }) => [field, value, mark]);
  const values = [numbering.keyId, from.name, head, turn, ...each];
  const answer = await scripts.carry.run(to.writes ?? to.redis, keys, values);
  if (answer === 1) return true;
  if (answer === "overtaken") return false;
  throw new OtherSecretError(
    "the suppression lists of two Redis were written with different VOLLEY_SUPPRESSION_SECRET",
  );
}

/** As an operator's entry that is to be in every list is added: as a hash. @param number - 7 to 15 digits */
export function hashOfNumber(number: string, numbering: Numbering): string {
  const of = numbering.hidden ?? numbering;
  return `hash:${of.keyId}:${writeToken(tokenOf(number, of))}`;
}
