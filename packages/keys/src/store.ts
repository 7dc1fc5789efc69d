import type { Cluster, Redis } from "ioredis";
import { type ApiKey, type KeyRecord, type ListedKey, readRecord, shownKey, stateOf } from "./api-key.ts";
import type { KeyTerms } from "./key-options.ts";
import { recordsKey, usedKey } from "./names.ts";
import { ADD, CHANGE } from "./scripts.ts";
import { digestOf, newId, newKey, rotated } from "./secrets.ts";

/** Where keys are kept. */
export type KeyPlace = { readonly redis: Redis | Cluster; readonly prefix: string };

/** All of them are read at once, by every process that takes requests. */
export const MOST_KEYS = 1_000;

/** How long is kept what a key was that has ended, in milliseconds. */
const ENDED_FOR_MS = 30 * 24 * 60 * 60 * 1_000;

/** How often a record is changed anew where somebody else has changed it meanwhile. */
const MOST_TRIES = 5;

/** Its last use is written down so often, in milliseconds. */
const USED_STEP_MS = 60_000;

/** @returns the key, which nobody can read again, and what is known of it; `null` where there are as many as may be */
export async function addKey(
  { redis, prefix }: KeyPlace,
  terms: KeyTerms,
  now: Date,
): Promise<{ readonly key: string; readonly record: ApiKey } | null> {
  const id = newId();
  const key = newKey(id);
  const record: KeyRecord = {
    id,
    ...terms,
    created_at: now.toISOString(),
    revoked_at: null,
    secrets: [{ digest: digestOf(key), until: null }],
  };
  const ended = (await readRecords({ redis, prefix }))
    .filter((other) => hasLongEnded(other, now))
    .map((other) => other.id);
  const values = [MOST_KEYS, id, JSON.stringify(record), ...ended];
  if ((await ADD.run(redis, [recordsKey(prefix)], values)) !== 1) return null;
  if (ended.length > 0) await redis.hdel(usedKey(prefix), ...ended);
  return { key, record: shownKey(record) };
}

/** @returns all records, the oldest first */
export async function readRecords({ redis, prefix }: KeyPlace): Promise<KeyRecord[]> {
  const texts = await redis.hvals(recordsKey(prefix));
  return texts
    .map(readRecord)
    .filter((record) => record !== null)
    .sort((one, other) => one.created_at.localeCompare(other.created_at) || one.id.localeCompare(other.id));
}

/** @returns all keys, the oldest first; those that ended long ago are forgotten when the next one is made */
export async function listKeys({ redis, prefix }: KeyPlace, now: Date): Promise<ListedKey[]> {
  const [records, used] = await Promise.all([readRecords({ redis, prefix }), redis.hgetall(usedKey(prefix))]);
  return records.map((record) => {
    const at = used[record.id];
    return {
      ...shownKey(record),
      state: stateOf(record, now),
      last_used_at: at === undefined ? null : new Date(Number(at)).toISOString(),
    };
  });
}

/** How a key is rotated. */
export type Rotation = { readonly overlapMs: number; readonly expiresAt?: string | undefined; readonly now: Date };

/**
 * Makes a new key for a record. The one before goes on for the overlap; where it has ended none of those before lets anybody in.
 *
 * @returns `null` where there is no such record, `"expired"` where it is to be said when the new one ends
 */
export async function rotateKey(
  place: KeyPlace,
  id: string,
  { overlapMs, expiresAt, now }: Rotation,
): Promise<{ readonly key: string; readonly record: ApiKey } | "expired" | null> {
  const key = newKey(id);
  const until = new Date(now.getTime() + overlapMs);
  let hasExpired = false;
  const record = await change(place, id, (kept) => {
    const next = { ...kept, revoked_at: null, expires_at: expiresAt ?? kept.expires_at };
    hasExpired = stateOf(next, now) === "expired";
    if (hasExpired) return null;
    const before = stateOf(kept, now) === "active" ? kept.secrets : [];
    return { ...next, secrets: rotated(before, digestOf(key), until) };
  });
  if (hasExpired) return "expired";
  return record && { key, record: shownKey(record) };
}

/** Ends a key for good. A second time changes nothing. @returns `null` where there is none */
export async function revokeKey(place: KeyPlace, id: string, now: Date): Promise<ApiKey | null> {
  const record = await change(place, id, (kept) => ({ ...kept, revoked_at: kept.revoked_at ?? now.toISOString() }));
  return record && shownKey(record);
}

/** Writes down that a key is used, to the minute. */
export async function noteUse({ redis, prefix }: KeyPlace, id: string, now: Date): Promise<void> {
  await redis.hset(usedKey(prefix), id, String(Math.floor(now.getTime() / USED_STEP_MS) * USED_STEP_MS));
}

async function change(
  { redis, prefix }: KeyPlace,
  id: string,
  make: (kept: KeyRecord) => KeyRecord | null,
): Promise<KeyRecord | null> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const text = await redis.hget(recordsKey(prefix), id);
    const kept = text === null ? null : readRecord(text);
    const changed = kept && make(kept);
    if (text === null || changed === null) return null;
    if ((await CHANGE.run(redis, [recordsKey(prefix)], [id, text, JSON.stringify(changed)])) === 1) return changed;
  }
  throw new Error("others change the key at the same time again and again");
}

function hasLongEnded({ expires_at: end, revoked_at: revoked }: ApiKey, now: Date): boolean {
  const at = revoked ?? end;
  return at !== null && now.getTime() - new Date(at).getTime() > ENDED_FOR_MS;
}
