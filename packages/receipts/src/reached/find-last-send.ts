import { createRedisScript } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { DEFAULT_SENDER, type Place, reachedBatchKey, reachedKey, reachedPersonKey } from "../terms/keys.ts";
import { HAS_PERSON, type PackedPlace, placeOfPerson } from "./pack-people.ts";
import { NOT_SENT } from "./reached-scripts.ts";
import { digitsOf } from "./sender.ts";

/**
 * Why it is not known what somebody answers to.
 *
 * - `no_send`: nothing was sent to them by that sender, as far as it is remembered.
 * - `in_doubt`: it is not known whether the provider has taken the last one.
 * - `group`: a later batch is to a group, which may have them in it.
 * - `default_sender`: a later one to them leaves its sender to the provider.
 * - `overtaken`: a later one to them alone has taken its place.
 * - `too_many`: more batches were sent by that sender than are looked through.
 * - `other_send`: the provider says to what, and Volley has not sent that.
 */
export type Unlinked = "no_send" | "in_doubt" | "group" | "default_sender" | "overtaken" | "too_many" | "other_send";

/** The batch that somebody answers to. */
export type LastSend = { readonly reference: string; readonly batchId: string } | { readonly unlinked: Unlinked };

/** Who has answered to what, and when. */
export type Answer = { readonly from: string; readonly to: string; readonly at: Date };

/** Batches in one call, which keep Redis busy for a millisecond or two. */
const PAGE = 500;

/** Five million people of one sender. */
const MOST_PAGES = 10;

/** Keys: batches, the last one first. Values: the place of a person. @returns which one, what says so, and the batch's ID */
const FIND = createRedisScript(`
${HAS_PERSON}
for index, key in ipairs(KEYS) do
  local people, groups, batch = unpack(redis.call("HMGET", key, "people", "groups", "batch"))
  if people and has_person(people, tonumber(ARGV[1]), ARGV[2]) then return { index, "person", batch or "" } end
  if groups == "1" then return { index, "group", "" } end
end
return {}`);

type Found = { readonly at: number; readonly last: LastSend };

/** Finds the last batch that was handed over for somebody by a sender before they answered. */
export async function findLastSend(redis: Redis | Cluster, place: Place, answer: Answer): Promise<LastSend> {
  const [sender, person] = [digitsOf(answer.to), digitsOf(answer.from)];
  if (sender === null || person === null) return { unlinked: "no_send" };
  const look = async (from: string): Promise<Found | null> => {
    const until = answer.at.getTime();
    const alone = await toThemAlone(redis, reachedPersonKey(place, from, person), until);
    const since = alone?.at ?? 0;
    return (await among(redis, place, { sender: from, person: placeOfPerson(person), since, until })) ?? alone;
  };
  const [own, standard] = await Promise.all([look(sender), look(DEFAULT_SENDER)]);
  if (standard !== null && standard.at >= (own?.at ?? 0)) return { unlinked: "default_sender" };
  return own?.last ?? { unlinked: "no_send" };
}

/** The ID of the batch that has a reference. @returns `null` where it is not known, or not any more */
export async function batchOfReference(
  redis: Redis | Cluster,
  place: Place,
  { reference, from, to }: Omit<Answer, "at"> & { readonly reference: string },
): Promise<string | null> {
  const [sender, person] = [digitsOf(to), digitsOf(from)];
  const batchId = await redis.hget(reachedBatchKey(place, reference), "batch");
  if (batchId !== null || sender === null || person === null) return batchId;
  for (const each of [sender, DEFAULT_SENDER]) {
    const [known, alone] = await redis.hmget(reachedPersonKey(place, each, person), "reference", "batch");
    if (known === reference && typeof alone === "string" && alone !== NOT_SENT) return alone;
  }
  return null;
}

async function toThemAlone(redis: Redis | Cluster, key: string, until: number): Promise<Found | null> {
  const [at, reference, batchId] = await redis.hmget(key, "at", "reference", "batch");
  if (typeof at !== "string" || typeof reference !== "string") return null;
  // What stood there before is not known any more, and may have been later than anything else.
  if (Number(at) > until || batchId === NOT_SENT) return { at: until, last: { unlinked: "overtaken" } };
  return { at: Number(at), last: lastOf(reference, batchId ?? "") };
}

/** Where one person is looked for. */
type Search = { readonly sender: string; readonly person: PackedPlace; readonly since: number; readonly until: number };

async function among(
  redis: Redis | Cluster,
  place: Place,
  { sender, person, since, until }: Search,
): Promise<Found | null> {
  const key = reachedKey(place, sender);
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const listed = await redis.zrevrangebyscore(key, until, since, "WITHSCORES", "LIMIT", page * PAGE, PAGE);
    const references = listed.filter((_, index) => index % 2 === 0);
    if (references.length === 0) return null;
    const keys = references.map((reference) => reachedBatchKey(place, reference));
    const found = (await FIND.run(redis, keys, [person.bucket, person.rest])) as [] | [number, string, string];
    if (found.length === 0) {
      if (references.length < PAGE) return null;
      continue;
    }
    const [index, by, batchId] = found;
    const [reference = "", at] = listed.slice((index - 1) * 2);
    return { at: Number(at), last: by === "group" ? { unlinked: "group" } : lastOf(reference, batchId) };
  }
  return { at: since, last: { unlinked: "too_many" } };
}

function lastOf(reference: string, batchId: string): LastSend {
  return batchId === "" ? { unlinked: "in_doubt" } : { reference, batchId };
}
