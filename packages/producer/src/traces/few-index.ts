import { isGroup } from "@volley/contract";
import type { QueueAccess } from "../redis/queue-access.ts";
import { type EarlierFew, readFew } from "./remembered.ts";
import { fewKey } from "./trace-index.ts";
import { DIGEST_BYTES } from "./own-digest.ts";
import type { TraceChunk } from "./trace-chunk.ts";

/**
 * A list of at most so many recipients has no trace of its own: a service may enqueue thousands of them with one text, and
 * each would have to be looked through. Its recipients stand in one sorted set for all such sends, where they are found by
 * their number, at about 300 bytes each.
 */
export const MOST_FEW = 10;

/** Numbers that are asked for in one call. */
const NUMBERS_AT_ONCE = 1_000;

/** Keys: the few. Arguments: numbers. */
const FIND = `
local found = {}
for _, number in ipairs(ARGV) do
  for _, member in ipairs(redis.call("ZRANGEBYSCORE", KEYS[1], number, number)) do found[#found + 1] = member end
end
return found`;

/** Somebody of a chunk who is among the few of an earlier send with the same text; `place` is `null` for a group. */
export type FewHit = EarlierFew & { readonly place: number | null };

/**
 * Finds those of a chunk who are among the few of a text.
 *
 * @param clock - whoever was written down later does not count
 */
export async function findFew(
  { link, prefix }: QueueAccess,
  text: string,
  clock: number,
  chunk: TraceChunk,
): Promise<FewHit[]> {
  const hits: FewHit[] = [];
  const look = async (scores: readonly string[]): Promise<void> => {
    const answer: unknown = await link.run(async () => link.connection.eval(FIND, 1, fewKey(prefix, text), ...scores));
    for (const member of Array.isArray(answer) ? answer : []) {
      const few = readFew(String(member), clock / 1_000);
      const hit = few && few.clock < clock ? hitOf(few, chunk) : null;
      if (hit) hits.push(hit);
    }
  };
  for (let place = 0; place < chunk.count; place += NUMBERS_AT_ONCE) {
    const count = Math.min(NUMBERS_AT_ONCE, chunk.count - place);
    await look(Array.from({ length: count }, (_, offset) => String(chunk.numberAt(place + offset))));
  }
  if (chunk.groups.size > 0) await look(["0"]);
  return hits;
}

/** @returns `null` when it is somebody else, or another text */
function hitOf(few: EarlierFew, chunk: TraceChunk): FewHit | null {
  if (isGroup(few.recipient)) {
    return chunk.groups.get(few.recipient)?.toString("hex") === few.digest ? { ...few, place: null } : null;
  }
  const place = chunk.placeOf(Number(few.recipient));
  if (place === chunk.count || chunk.numberAt(place) !== Number(few.recipient)) return null;
  const at = chunk.digestAt(place);
  return chunk.digests.toString("hex", at, at + DIGEST_BYTES) === few.digest ? { ...few, place } : null;
}
