import { createRedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { DEFAULT_SENDER, type Place, reachedBatchKey, reachedKey, reachedPersonKey } from "../terms/keys.ts";
import { HAS_PERSON, placeOfPerson } from "./pack-people.ts";
import { NOT_SENT } from "./reached-scripts.ts";
import { answeredSender } from "./sender.ts";

/** A batch to somebody. */
export type BatchTo = {
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

/** Batches that are looked through of each sender, the last ones first: half a million people. */
const MOST_LOOKED_THROUGH = 500;

/**
 * Keys: batches. Values: the place of a person, and of how many of the first it does not matter whether they have been answered.
 *
 * @returns which of them are to that person, each with the batch's ID
 */
const FIND_ALL = createRedisScript(`
${HAS_PERSON}
local found = {}
for index, key in ipairs(KEYS) do
  local batch = redis.call("HGET", key, "batch")
  local people = (index <= tonumber(ARGV[3]) or not batch) and redis.call("HGET", key, "people")
  if people and has_person(people, tonumber(ARGV[1]), ARGV[2]) then
    found[#found + 1] = index
    found[#found + 1] = batch or ""
  end
end
return found`);

/** Finds what was handed over for somebody, by a sender or by any that the provider chose; groups are not looked into. */
export async function findBatchesTo(redis: Redis | Cluster, place: Place, query: BatchesQuery): Promise<BatchTo[]> {
  const own = query.sender === null ? null : answeredSender(query.sender);
  const senders = own === null ? [DEFAULT_SENDER] : [own, DEFAULT_SENDER];
  const found = await Promise.all(
    senders.flatMap((sender) => [among(redis, place, sender, query), alone(redis, place, sender, query)]),
  );
  return found.flat();
}

async function among(
  redis: Redis | Cluster,
  place: Place,
  sender: string,
  { person, since, until, openAt }: BatchesQuery,
): Promise<BatchTo[]> {
  const to = until?.getTime() ?? "+inf";
  const key = reachedKey(place, sender);
  const listed = await redis.zrevrangebyscore(key, to, since.getTime(), "WITHSCORES", "LIMIT", 0, MOST_LOOKED_THROUGH);
  const references = listed.filter((_, index) => index % 2 === 0);
  if (references.length === 0) return [];
  const { bucket, rest } = placeOfPerson(person);
  // The last ones come first.
  const isWanted = (_: string, index: number): boolean =>
    openAt === undefined || Number(listed[index * 2 + 1]) > openAt.getTime();
  const answered = references.filter(isWanted).length;
  const keys = references.map((reference) => reachedBatchKey(place, reference));
  const found = (await FIND_ALL.run(redis, keys, [bucket, rest, answered])) as (number | string)[];
  const batches: BatchTo[] = [];
  for (let each = 0; each < found.length; each += 2) {
    const [reference = "", at] = listed.slice((Number(found[each]) - 1) * 2);
    batches.push({ reference, at: new Date(Number(at)), batchId: String(found[each + 1]) || null });
  }
  return batches;
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
