import { LIMITS, type RefusedRecipient, type Routes } from "@volley/contract";
import type { QueueAccess } from "./queue-access.ts";
import type { ListCounts } from "./list-counts.ts";

/** One of the sends that recipients were routed to. */
export type RoutedChild = {
  readonly region: string;
  readonly id: string;
  /** Its recipients, each once. */
  readonly recipients: number;
};

/** What is remembered of several sends that are one to their caller. */
export type RouteRecord = {
  /** `begun` until every one of them is on its queue. */
  readonly state: "begun" | "enqueued";
  readonly fingerprint: string;
  /** The ones that it was begun with: should they change before it is finished, nobody may change regions. */
  readonly routes: Routes;
  readonly children: readonly RoutedChild[];
  /** Of the caller's list. */
  readonly counts: ListCounts;
  /** The first of those who were set aside before anybody was routed. */
  readonly refused: readonly RefusedRecipient[];
};

/** Keys: the record. Arguments: its time to live, then its fields and values. Answers the record that is there already. */
const BEGIN = `
if redis.call("EXISTS", KEYS[1]) == 1 then return redis.call("HGETALL", KEYS[1]) end
redis.call("HSET", KEYS[1], unpack(ARGV, 2))
redis.call("PEXPIRE", KEYS[1], ARGV[1])
return {}`;

/**
 * Keys: the record, then what each of its sends is remembered by. Arguments: its time to live, then its fields and values.
 * Answers 0 when one of the sends is not remembered: Redis has then forgotten it, and it has to be enqueued once more.
 */
const FINISH = `
for index = 2, #KEYS do if redis.call("EXISTS", KEYS[index]) == 0 then return 0 end end
redis.call("HSET", KEYS[1], unpack(ARGV, 2))
redis.call("PEXPIRE", KEYS[1], ARGV[1])
return 1`;

/**
 * The Redis hash that remembers a routed send.
 *
 * @param prefix - BullMQ's; its hash tag keeps everything in one slot of a cluster
 */
function routedKey(prefix: string, id: string): string {
  return `${prefix}:routed:${id}`;
}

/** @returns `null` when there is none */
export async function readRouteRecord({ link, prefix }: QueueAccess, id: string): Promise<RouteRecord | null> {
  return recordOf(await link.run(async () => link.connection.hgetall(routedKey(prefix, id))));
}

/**
 * Writes down what is about to be enqueued, unless that was done before.
 *
 * @returns the record that was there already
 */
export async function beginRouteRecord(
  { link, prefix }: QueueAccess,
  { id, record, ttlMs }: { readonly id: string; readonly record: RouteRecord; readonly ttlMs: number },
): Promise<RouteRecord | null> {
  const answer: unknown = await link.run(async () =>
    link.connection.eval(BEGIN, 1, routedKey(prefix, id), ttlMs, ...fieldsOf(record)),
  );
  const flat = Array.isArray(answer) ? answer.map(String) : [];
  const pairs = flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""] as const] : []));
  return recordOf(Object.fromEntries(pairs));
}

/**
 * Writes down that every send of a record is on its queue.
 *
 * @param claims - the keys that remember them
 * @returns whether they are all remembered; if not, nothing is written
 */
export async function finishRouteRecord(
  { link, prefix }: QueueAccess,
  { id, record, ttlMs }: { readonly id: string; readonly record: RouteRecord; readonly ttlMs: number },
  claims: readonly string[],
): Promise<boolean> {
  const keys = [routedKey(prefix, id), ...claims];
  const fields = fieldsOf({ ...record, state: "enqueued" });
  return (await link.run(async () => link.connection.eval(FINISH, keys.length, ...keys, ttlMs, ...fields))) === 1;
}

function fieldsOf({ state, fingerprint, refused, ...rest }: RouteRecord): string[] {
  const bounded = { ...rest, refused: refused.slice(0, LIMITS.refusedInResult) };
  const texts = Object.entries(bounded).flatMap(([name, value]) => [name, JSON.stringify(value)]);
  return ["state", state, "fingerprint", fingerprint, ...texts];
}

/** Only this file writes what it reads. */
function recordOf({ state, fingerprint = "", ...rest }: Readonly<Record<string, string>>): RouteRecord | null {
  if (state !== "begun" && state !== "enqueued") return null;
  const value = (name: string): unknown => JSON.parse(rest[name] ?? "null");
  return {
    state,
    fingerprint,
    routes: value("routes") as Routes,
    children: value("children") as RouteRecord["children"],
    counts: value("counts") as ListCounts,
    refused: value("refused") as RouteRecord["refused"],
  };
}
