import { createRedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { DEFAULT_SENDER, type Place, reachedBatchKey, reachedKey, reachedPersonKey } from "../terms/keys.ts";
import { HAS_PERSON, type PackedPlace, placeOfPerson } from "./pack-people.ts";
import { NOT_SENT } from "./reached-scripts.ts";
import { answeredSender } from "./sender.ts";

/** A batch to somebody. */
type BatchTo = {
  readonly reference: string;
  /** When it was handed over, or is to be sent where that is later. */
  readonly at: Date;
  /** `null` where it is not known whether the provider has it, or has answered by now. */
  readonly batchId: string | null;
};

/** Whose batches, and when they were handed over. */
export type BatchesQuery = {
  readonly person: string;
  /** `null` for those that leave their sender to the provider alone. */
  readonly sender: string | null;
  readonly since: Date;
  /** @default whatever waits for its time, too */
  readonly until?: Date;
  /** Those alone that have not been answered yet, or wait for a time after this one, which costs Redis little. @default all */
  readonly openAt?: Date;
};

/** What was found. */
export type BatchesFound = {
  readonly batches: readonly BatchTo[];
  /** Whether a sender had more batches than are looked through. */
  readonly isCut: boolean;
};

/** Batches that are looked through of each sender, the last ones first: five million people. Those that wait are apart. */
const MOST_LOOKED_THROUGH = 5_000;

/** Batches in one call, which keep Redis busy for a millisecond or two. */
const AT_ONCE = 500;

/**
 * Keys: batches. Values: the place of a person, "1" for those alone that have not been answered.
 *
 * @returns which of them are to that person, each with the batch's ID
 */
const FIND_ALL = createRedisScript(`
${HAS_PERSON}
local found = {}
for index, key in ipairs(KEYS) do
  local batch = redis.call("HGET", key, "batch")
  local people = (ARGV[3] ~= "1" or not batch) and redis.call("HGET", key, "people")
  if people and has_person(people, tonumber(ARGV[1]), ARGV[2]) then
    found[#found + 1] = index
    found[#found + 1] = batch or ""
  end
end
return found`);

/** Finds what was handed over for somebody, by a sender or by any that the provider chose; groups are not looked into. */
export async function findBatchesTo(redis: Redis | Cluster, place: Place, query: BatchesQuery): Promise<BatchesFound> {
  const own = query.sender === null ? null : answeredSender(query.sender);
  const senders = own === null ? [DEFAULT_SENDER] : [own, DEFAULT_SENDER];
  const person = placeOfPerson(query.person);
  const [several, alones] = await Promise.all([
    Promise.all(
      senders.flatMap((sender) =>
        rangesOf(query).map(async (range) => among(redis, place, { ...range, sender, person })),
      ),
    ),
    Promise.all(senders.map(async (sender) => alone(redis, place, sender, query))),
  ]);
  return {
    batches: [...several.flatMap(({ batches }) => batches), ...alones.flat()],
    isCut: several.some(({ isCut }) => isCut),
  };
}

/** Scores of Redis, and whether only what has not been answered is wanted of them. */
type Range = { readonly from: number | string; readonly to: number | string; readonly isOpen: boolean };

/** What is in flight is looked for apart from what waits for its time, so that this never hides it. */
function rangesOf({ since, until, openAt }: BatchesQuery): Range[] {
  const to = until?.getTime() ?? "+inf";
  if (openAt === undefined) return [{ from: since.getTime(), to, isOpen: false }];
  const now = openAt.getTime();
  return [
    { from: since.getTime(), to: now, isOpen: true },
    { from: `(${now}`, to, isOpen: false },
  ];
}

async function among(
  redis: Redis | Cluster,
  place: Place,
  { sender, person, from, to, isOpen }: Range & { readonly sender: string; readonly person: PackedPlace },
): Promise<BatchesFound> {
  const key = reachedKey(place, sender);
  const listed = await redis.zrevrangebyscore(key, to, from, "WITHSCORES", "LIMIT", 0, MOST_LOOKED_THROUGH + 1);
  const last = listed.slice(0, MOST_LOOKED_THROUGH * 2);
  const batches: BatchTo[] = [];
  for (let start = 0; start < last.length; start += AT_ONCE * 2) {
    const lot = last.slice(start, start + AT_ONCE * 2);
    const keys = lot.filter((_, index) => index % 2 === 0).map((reference) => reachedBatchKey(place, reference));
    const values = [person.bucket, person.rest, isOpen ? 1 : 0];
    const found = (await FIND_ALL.run(redis, keys, values)) as (number | string)[];
    for (let each = 0; each < found.length; each += 2) {
      const [reference = "", at] = lot.slice((Number(found[each]) - 1) * 2);
      batches.push({ reference, at: new Date(Number(at)), batchId: String(found[each + 1]) || null });
    }
  }
  return { batches, isCut: listed.length > last.length };
}

async function alone(
  redis: Redis | Cluster,
  place: Place,
  sender: string,
  { person, since, until, openAt }: BatchesQuery,
): Promise<BatchTo[]> {
  const [ms, reference, batchId] = await redis.hmget(
    reachedPersonKey(place, sender, person),
    "at",
    "reference",
    "batch",
  );
  if (typeof ms !== "string" || typeof reference !== "string" || batchId === NOT_SENT) return [];
  const at = new Date(Number(ms));
  if (at < since || (until !== undefined && at > until)) return [];
  if (openAt !== undefined && at <= openAt && typeof batchId === "string") return [];
  return [{ reference, at, batchId: batchId ?? null }];
}
