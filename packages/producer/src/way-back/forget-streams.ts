import { randomUUID } from "node:crypto";
import { createRedisScript } from "@volley/contract";
import type { Search } from "./forget-terms.ts";

/** Entries in one call. */
const AT_ONCE = 500;

/** What a killed copy has left behind is gone then, in seconds. */
const COPY_S = 600;

/** So many that came while it was copied are taken over without a look. */
const TAIL = 1_000;

/** Keys: a stream, its copy. Values: from where to where, then the places of those that are left out. */
const COPY = createRedisScript(`
local left_out = {}
for each = 3, #ARGV do left_out[ARGV[each]] = true end
for _, entry in ipairs(redis.call("XRANGE", KEYS[1], ARGV[1], ARGV[2])) do
  if not left_out[entry[1]] then redis.call("XADD", KEYS[2], entry[1], unpack(entry[2])) end
end
redis.call("EXPIRE", KEYS[2], ${COPY_S})
return 1`);

/**
 * Puts the copy in the place of the stream. What Redis knows of the stream beside its entries stays: deleting an entry leaves its
 * bytes where they are until all of its neighbours are gone, so that a stream without somebody is another one.
 *
 * Keys: the stream, its copy, the hash with how many bytes it has (the stream once more where there is none). Values: the last
 * place that was copied, how many entries and bytes were left out.
 *
 * @returns 0 where too much has come since, or where what was copied is not there any more
 */
const REPLACE = createRedisScript(`
if redis.call("EXISTS", KEYS[1]) == 0 then return 1 end
local tail = redis.call("XRANGE", KEYS[1], "(" .. ARGV[1], "+", "COUNT", ${TAIL + 1})
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
  local added = string.format("%.0f", math.max(about["entries-added"] - ARGV[2], redis.call("XLEN", KEYS[2])))
  for _, each in ipairs({ "ENTRIESADDED", added, "MAXDELETEDID", about["max-deleted-entry-id"] }) do set_id[#set_id + 1] = each end
end
redis.call(unpack(set_id))
redis.call("PERSIST", KEYS[2])
redis.call("UNLINK", KEYS[1])
redis.call("RENAME", KEYS[2], KEYS[1])
if KEYS[3] ~= KEYS[1] and tonumber(ARGV[3]) > 0 then redis.call("HINCRBY", KEYS[3], "bytes", -ARGV[3]) end
return 1`);

type StreamPlace = {
  readonly key: string;
  /** The hash with how many bytes its values have; `null` where there is none. */
  readonly about: string | null;
};

/**
 * Takes out of a stream whatever somebody is in. Everything else stands where it stood, so that whoever reads it by a cursor goes on.
 *
 * @returns how many entries there were
 */
export async function forgetInStream({ access, person, isDry }: Search, { key, about }: StreamPlace): Promise<number> {
  const { connection, run } = access.link;
  const copy = `${key}:forgetting:${randomUUID()}`;
  const total = { entries: 0, bytes: 0 };
  let last = "0-0";
  const readPage = async () => run(async () => connection.xrange(key, `(${last}`, "+", "COUNT", AT_ONCE));
  const hitsIn = (page: Awaited<ReturnType<typeof readPage>>) => page.filter(([, fields]) => fields.some(person.isIn));
  /** From the first page with somebody in it on, a copy is made of all before and behind. */
  const copyPage = async (page: Awaited<ReturnType<typeof readPage>>): Promise<void> => {
    const hits = hitsIn(page);
    total.entries += hits.length;
    total.bytes += hits
      .flatMap(([, fields]) => fields.filter((_, at) => at % 2 === 1))
      .reduce((sum, each) => sum + Buffer.byteLength(each), 0);
    if (isDry) return;
    const [from = "", to = ""] = [page[0]?.[0], page.at(-1)?.[0]];
    await run(async () => COPY.run(connection, [key, copy], [from, to, ...hits.map(([place]) => place)]));
  };
  const hasAny = async (): Promise<boolean> => {
    for (let page = await readPage(); page.length > 0; page = await readPage()) {
      if (hitsIn(page).length > 0) return true;
      last = page.at(-1)?.[0] ?? last;
    }
    return false;
  };
  if (!(await hasAny())) return 0;
  last = "0-0";
  for (;;) {
    const page = await readPage();
    if (page.length > 0) await copyPage(page);
    last = page.at(-1)?.[0] ?? last;
    if (page.length === AT_ONCE) continue;
    if (isDry) return total.entries;
    const values = [last, total.entries, total.bytes];
    if ((await run(async () => REPLACE.run(connection, [key, copy, about ?? key], values))) === 1) return total.entries;
  }
}
