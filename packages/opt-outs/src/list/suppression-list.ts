import { createRedisScript, type RedisScript, type ScriptConnection } from "@volley/contract";
import type { Cluster, Redis } from "ioredis";
import { PROOF_S, proofKeysOf } from "../proof/proof-keys.ts";
import { type Entry, packEntry, unpackEntry } from "./entry.ts";
import { BUCKETS, bucketKey, entriesKey, listKeys } from "./list-keys.ts";
import { ACCEPT, ADD, READ_ENTRIES, REMOVE } from "./list-script.ts";
import { requireVersion } from "./list-watch.ts";
import { readHash, writeHash } from "../terms/hash-text.ts";
import { isHidden, type Numbering, readToken, TOKEN_LENGTH, tokenOf, writeToken } from "../terms/numbering.ts";
import { readScopeCode, type Scope, scopeCode } from "../terms/scope.ts";

/** Somebody, and for whom. */
export type Suppression = {
  /** As it goes over the wire: 7 to 15 digits; or a hash of an entry ({@link Listed}), for which one is added. */
  readonly number: string;
  readonly scope: Scope;
};

/** What became of an entry: there was one, which stays; or one that was held is certain now. */
export type Added = "added" | "confirmed" | "known";

/** An entry of the list. */
export type Listed = Entry & {
  /** `null` where numbers stand in the list as hashes. */
  readonly number: string | null;
  /** What stands there in its place, where that is no number: an entry of a list with the same secret is added by it. */
  readonly hash?: string;
  readonly scope: Scope;
};

/** The list of those who must not be texted. */
export type SuppressionList = {
  /** Adds entries, one step in Redis for each thousand: their answers stand in the same order. */
  readonly add: (entries: readonly (Suppression & Entry)[]) => Promise<Added[]>;
  /** Removes entries, and notes who did so for their proof. @returns what each of them was, `null` where there was none */
  readonly remove: (entries: readonly Suppression[], by: Pick<Entry, "who" | "why">) => Promise<(Entry | null)[]>;
  /** Says that it counts as it stands: whoever has read a newer one, or another, which Redis has lost, takes this one. */
  readonly accept: () => Promise<void>;
  /** All entries of a number, or of a hash. */
  readonly find: (number: string) => Promise<Listed[]>;
  /**
   * A page of the list, in no order that means anything.
   *
   * @param cursor - 0, then what the page before has answered, which is `null` for the last one
   */
  readonly page: (cursor: number) => Promise<{ readonly entries: Listed[]; readonly next: number | null }>;
};

/** The list is one of another `VOLLEY_SUPPRESSION_SECRET`, or of none. */
export class OtherSecretError extends Error {
  override readonly name = "OtherSecretError";
}

const ANOTHER = "the suppression list was written with another VOLLEY_SUPPRESSION_SECRET, or without one";

const MOST_AT_ONCE = 1_000;
/** A page of a list of a million has some 4,000 entries. */
const BUCKETS_PER_PAGE = 256;

const scripts = {
  add: createRedisScript(ADD),
  remove: createRedisScript(REMOVE),
  read: createRedisScript(READ_ENTRIES),
  accept: createRedisScript(ACCEPT),
};

/** Where the entry of somebody stands: the key of a hash, and the field in it. */
export function placeOf(
  { prefix, numbering }: { readonly prefix: string; readonly numbering: Numbering },
  { number, scope }: Suppression,
): { readonly bucket: string; readonly field: string } {
  const hash = readHash(number);
  if (hash !== null && hash.keyId !== numbering.keyId) throw new OtherSecretError(ANOTHER);
  const token = hash?.token ?? tokenOf(number, numbering);
  return { bucket: entriesKey(prefix, token), field: writeToken(token) + scopeCode(scope) };
}

/** All places where the entry of somebody may stand: its own, and where it went when they were forgotten. */
export function placesOf(
  place: { readonly prefix: string; readonly numbering: Numbering },
  suppression: Suppression,
): { readonly bucket: string; readonly field: string }[] {
  const { hidden } = place.numbering;
  const own = placeOf(place, suppression);
  return hidden === null ? [own] : [own, placeOf({ ...place, numbering: hidden }, suppression)];
}

/** Where the list is. */
type ListOptions = {
  readonly redis: Redis | Cluster;
  readonly prefix: string;
  readonly numbering: Numbering;
  /** What changes go by. @default `redis`: what is answered may be lost in a failover */
  readonly writes?: ScriptConnection;
  /** How long the proof is kept that somebody was taken off it, in seconds. @default four years */
  readonly proofS?: number;
};

/** Opens the list. Nothing is asked of Redis before the first call. */
export function openSuppressionList(options: ListOptions): SuppressionList {
  const { redis, prefix, numbering, proofS = PROOF_S } = options;
  return {
    add: async (entries) =>
      inPieces(entries, async (piece) => {
        const answers = await change(options, scripts.add, piece, { valuesOf: (each) => [packEntry(each)] });
        return answers.map((answer) => ADDED[Number(answer)] ?? "known");
      }),
    remove: async (entries, { who, why }) =>
      inPieces(entries, async (piece) => {
        const remove = async (of: Numbering): Promise<(Entry | null)[]> => {
          const answers = await change({ ...options, numbering: of }, scripts.remove, piece, {
            first: [proofS, who, why],
            valuesOf: ({ scope }) => [scopeCode(scope)],
            keysOf: ({ number }) => [proofKeysOf(prefix, readHash(number)?.token ?? tokenOf(number, numbering)).heard],
          });
          return answers.map((answer) => unpackEntry(typeof answer === "string" ? answer : ""));
        };
        const own = await remove(numbering);
        const hidden = numbering.hidden === null ? [] : await remove(numbering.hidden);
        return own.map((entry, index) => entry ?? hidden[index] ?? null);
      }),
    accept: async () => {
      await requireVersion(options);
      await scripts.accept.run(options.writes ?? redis, [listKeys(prefix).accepted], []);
    },
    find: async (number) => {
      const hash = readHash(number);
      const tokens =
        hash === null
          ? [numbering, numbering.hidden].flatMap((each) => (each === null ? [] : [tokenOf(number, each)]))
          : [hash.token];
      const found = await Promise.all(tokens.map(async (token) => redis.hgetall(entriesKey(prefix, token))));
      return found
        .flatMap((fields) => Object.entries(fields))
        .filter(([field]) => tokens.includes(readToken(field)))
        .flatMap(([field, value]) => listed(field, value, numbering));
    },
    page: async (cursor) => {
      const end = Math.min(BUCKETS, cursor + BUCKETS_PER_PAGE);
      const keys = Array.from({ length: end - cursor }, (_, offset) => bucketKey(prefix, cursor + offset));
      const fields = (await scripts.read.run(redis, keys, [])) as string[];
      const entries: Listed[] = [];
      for (let at = 0; at < fields.length; at += 2) {
        entries.push(...listed(fields[at] ?? "", fields[at + 1] ?? "", numbering));
      }
      return { entries, next: end === BUCKETS ? null : end };
    },
  };
}

/** What a script is called with beside what all of them are: something of each entry. */
type Beside<T> = {
  readonly first?: readonly (string | number)[];
  readonly valuesOf: (each: T) => string[];
  readonly keysOf?: (each: T) => string[];
};

async function change<T extends Suppression>(
  options: ListOptions,
  script: RedisScript,
  list: readonly T[],
  { first = [], valuesOf, keysOf = () => [] }: Beside<T>,
): Promise<unknown[]> {
  const { head, log, held } = listKeys(options.prefix);
  const places = list.map((each) => placeOf(options, each));
  const keys = [head, log, held, ...places.map(({ bucket }) => bucket), ...list.flatMap(keysOf)];
  const values = list.flatMap((each, place) => [places[place]?.field ?? "", ...valuesOf(each)]);
  const answers = await script.run(options.writes ?? options.redis, keys, [
    options.numbering.keyId,
    ...first,
    ...values,
  ]);
  if (Array.isArray(answers)) return answers;
  throw new OtherSecretError(ANOTHER);
}

const ADDED: readonly Added[] = ["known", "added", "confirmed"];

async function inPieces<T, A>(list: readonly T[], work: (piece: readonly T[]) => Promise<A[]>): Promise<A[]> {
  const answers: A[] = [];
  for (let at = 0; at < list.length; at += MOST_AT_ONCE) {
    answers.push(...(await work(list.slice(at, at + MOST_AT_ONCE))));
  }
  return answers;
}

function listed(field: string, value: string, numbering: Numbering): Listed[] {
  const entry = unpackEntry(value);
  if (entry === null) return [];
  const token = readToken(field);
  const isHash = numbering.isHashed || isHidden(token);
  const who = isHash ? { number: null, hash: writeHash(token, numbering) } : { number: String(token) };
  return [{ ...entry, ...who, scope: readScopeCode(field.slice(TOKEN_LENGTH)) }];
}
