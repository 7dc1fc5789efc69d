import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createRedisScript, holdLease, type Lease, leaveLease } from "@volley/contract";
import type { Redis } from "ioredis";
import type { Search } from "./forget-terms.ts";

/** Entries in one call. */
const AT_ONCE = 500;

/** What a killed copy has left behind is gone then, in seconds. */
const COPY_S = 600;

/** So many that came while it was copied are taken over without a look. */
const TAIL = 1_000;

/** Whoever makes a copy of a stream has it alone for so long after each step, in milliseconds; a killed one no longer. */
const LEASE_MS = 30_000;

/** How long somebody waits for the stream whom another one has, looking so often: longer than a killed one has it. */
const WAITS = 600;
const WAIT_MS = 100;

/** So often a copy is begun: Redis may lose it in a failover, or what it is a copy of. */
const MOST_TRIES = 5;

/**
 * Keys: a stream, its copy, who has the stream. Values: who copies, for how long they have it, "1" for the first page, from where
 * to where, then the places of those that are left out.
 *
 * @returns how many entries were copied; -1 where another one has the stream
 */
const COPY = createRedisScript(`
if redis.call("GET", KEYS[3]) ~= ARGV[1] then return -1 end
redis.call("PEXPIRE", KEYS[3], ARGV[2])
if ARGV[3] == "1" then redis.call("UNLINK", KEYS[2]) end
local left_out, copied = {}, 0
for each = 6, #ARGV do left_out[ARGV[each]] = true end
for _, entry in ipairs(redis.call("XRANGE", KEYS[1], ARGV[4], ARGV[5])) do
  if not left_out[entry[1]] then
    redis.call("XADD", KEYS[2], entry[1], unpack(entry[2]))
    copied = copied + 1
  end
end
redis.call("EXPIRE", KEYS[2], ${COPY_S})
return copied`);

/**
 * Puts the copy in the place of the stream. What Redis knows of the stream beside its entries stays: deleting an entry leaves its
 * bytes where they are until all of its neighbours are gone, so that a stream without somebody is another one.
 *
 * Keys: the stream, its copy, who has the stream, the hash with how many bytes it has (the stream once more where there is none).
 * Values: who copies, for how long they have it, the last place that was copied, how many entries were, how many and how many bytes
 * were left out.
 *
 * @returns 1; 0 where too much has come since; -1 where another one has the stream, or the copy is not whole, or what was copied is
 *   not there any more
 */
const REPLACE = createRedisScript(`
if redis.call("GET", KEYS[3]) ~= ARGV[1] then return -1 end
redis.call("PEXPIRE", KEYS[3], ARGV[2])
if redis.call("XLEN", KEYS[2]) ~= tonumber(ARGV[4]) then return -1 end
if #redis.call("XRANGE", KEYS[1], ARGV[3], ARGV[3]) == 0 then return -1 end
local tail = redis.call("XRANGE", KEYS[1], "(" .. ARGV[3], "+", "COUNT", ${TAIL + 1})
if #tail > ${TAIL} then return 0 end
local about, info = {}, redis.call("XINFO", "STREAM", KEYS[1])
for each = 1, #info, 2 do about[info[each]] = info[each + 1] end
if redis.call("EXISTS", KEYS[2]) == 0 then redis.call("XADD", KEYS[2], "MAXLEN", 0, about["last-generated-id"], "-", "-") end
for _, entry in ipairs(tail) do redis.call("XADD", KEYS[2], entry[1], unpack(entry[2])) end
-- What was trimmed from the beginning meanwhile goes from the copy, too.
local first = redis.call("XRANGE", KEYS[1], "-", "+", "COUNT", 1)[1]
if first then redis.call("XTRIM", KEYS[2], "MINID", first[1]) else redis.call("XTRIM", KEYS[2], "MAXLEN", 0) end
local set_id = { "XSETID", KEYS[2], about["last-generated-id"] }
if about["entries-added"] then
  local added = string.format("%.0f", math.max(about["entries-added"] - ARGV[5], redis.call("XLEN", KEYS[2])))
  for _, each in ipairs({ "ENTRIESADDED", added, "MAXDELETEDID", about["max-deleted-entry-id"] }) do set_id[#set_id + 1] = each end
end
redis.call(unpack(set_id))
redis.call("PERSIST", KEYS[2])
redis.call("UNLINK", KEYS[1])
redis.call("RENAME", KEYS[2], KEYS[1])
if KEYS[4] ~= KEYS[1] and tonumber(ARGV[6]) > 0 then redis.call("HINCRBY", KEYS[4], "bytes", -ARGV[6]) end
return 1`);

type StreamPlace = {
  readonly key: string;
  /** The hash with how many bytes its values have; `null` where there is none. */
  readonly about: string | null;
};

const COPY_NAME = ":forgetting:copy";

/** Whether a key is that of a copy. */
export function isCopy(key: string): boolean {
  return key.endsWith(COPY_NAME);
}

type Page = Awaited<ReturnType<Redis["xrange"]>>;

/**
 * Takes out of a stream whatever somebody is in. Everything else stands where it stood, so that whoever reads it by a cursor goes on.
 * Only one at a time makes a copy of a stream: the one that comes later would bring back whom the other has forgotten.
 *
 * @returns how many entries there were
 */
export async function forgetInStream(search: Search, place: StreamPlace): Promise<number> {
  const { isDry, left, access } = search;
  const { connection, run } = access.link;
  const count = await countIn(search, place);
  if (isDry || count === 0) return count;
  const lease = { redis: connection, key: `${place.key}:forgetting`, me: randomUUID() };
  try {
    for (let tries = 0; tries < MOST_TRIES && (await waitFor(search, lease)); tries += 1) {
      const gone = await leaveOut(search, place, lease);
      if (gone !== null) return gone;
    }
  } finally {
    await run(async () => leaveLease(lease));
  }
  left("active");
  return 0;
}

async function readPage({ access: { link } }: Search, key: string, last: string): Promise<Page> {
  return link.run(async () => link.connection.xrange(key, `(${last}`, "+", "COUNT", AT_ONCE));
}

function hitsIn(page: Page, { person }: Search): Page {
  return page.filter(([, fields]) => fields.some(person.isIn));
}

/** @returns how many entries somebody is in; of a stream that is to be changed whether there is any */
async function countIn(search: Search, { key }: StreamPlace): Promise<number> {
  let count = 0;
  for (let last = "0-0"; ;) {
    const page = await readPage(search, key, last);
    count += hitsIn(page, search).length;
    last = page.at(-1)?.[0] ?? last;
    if (page.length < AT_ONCE || (count > 0 && !search.isDry)) return count;
  }
}

async function waitFor({ access: { link } }: Search, lease: Lease): Promise<boolean> {
  for (let waits = 0; waits < WAITS; waits += 1) {
    if (await link.run(async () => holdLease(lease, LEASE_MS))) return true;
    await sleep(WAIT_MS);
  }
  return false;
}

/** Makes a copy without somebody, and puts it there. @returns how many entries they were in; `null` to begin again */
async function leaveOut(search: Search, { key, about }: StreamPlace, lease: Lease): Promise<number | null> {
  const { connection, run } = search.access.link;
  const keys = [key, key + COPY_NAME, lease.key];
  const total = { copied: 0, entries: 0, bytes: 0 };
  for (let last = "0-0"; ;) {
    const page = await readPage(search, key, last);
    const [from, to] = [page[0]?.[0], page.at(-1)?.[0]];
    if (from !== undefined && to !== undefined) {
      const hits = hitsIn(page, search);
      const values = [lease.me, LEASE_MS, last === "0-0" ? 1 : 0, from, to, ...hits.map(([at]) => at)];
      const copied = Number(await run(async () => COPY.run(connection, keys, values)));
      if (copied < 0) return null;
      total.copied += copied;
      total.entries += hits.length;
      total.bytes += bytesOf(hits);
      last = to;
    }
    if (last === "0-0") return 0;
    if (page.length === AT_ONCE) continue;
    const values = [lease.me, LEASE_MS, last, total.copied, total.entries, total.bytes];
    const became = await run(async () => REPLACE.run(connection, [...keys, about ?? key], values));
    if (became !== 0) return became === 1 ? total.entries : null;
  }
}

function bytesOf(entries: Page): number {
  const values = entries.flatMap(([, fields]) => fields.filter((_, at) => at % 2 === 1));
  return values.reduce((sum, each) => sum + Buffer.byteLength(each), 0);
}
