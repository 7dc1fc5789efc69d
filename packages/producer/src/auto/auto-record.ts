import { AUTO_REGION, LIMITS, type RejectedRecipient, type Routes } from "@volley/contract";
import { claimsKey, isClaimed } from "../claim/claim.ts";
import { bucketsFor, claimTable } from "../claim/claim-table.ts";
import type { ListCounts } from "../terms/list-counts.ts";
import { isElsewhere, type QueueAccess, type StoredAccess } from "../redis/queue-access.ts";
import type { ProducerError } from "../terms/producer-error.ts";
import { unavailable } from "../redis/redis-error.ts";
import type { Remembered } from "../terms/remember-settings.ts";

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
  /** The first of those who were rejected before anybody was routed. */
  readonly rejected: readonly RejectedRecipient[];
};

/** What is about to be remembered. */
type NewRecord = Remembered & { readonly id: string; readonly record: RouteRecord };

/**
 * The record is kept as long as its key, which is kept as long as anything of one of its sends is there: see `claimTable`.
 * The claim itself says nothing.
 */
const START = `
local prefix, id = ARGV[1], ARGV[2]
${claimTable()}
local function is_known() return find("${AUTO_REGION}", id) and redis.call("EXISTS", KEYS[1]) == 1 end
local function write(fields_from)
  redis.call("HSET", KEYS[1], unpack(ARGV, fields_from))
  keep("${AUTO_REGION}", id, "- -", tonumber(ARGV[3]), tonumber(ARGV[4]))
  sweep("${AUTO_REGION}")
end`;

/** Keys: the record, the claims. Arguments: the prefix, its ID. Answers its fields and values. */
const READ = `${START}
return is_known() and redis.call("HGETALL", KEYS[1]) or {}`;

/**
 * Keys: the record, the claims. Arguments: the prefix, its ID, its time to live, the most buckets of claims, then its fields
 * and values. Answers the record that is there already.
 */
const BEGIN = `${START}
if is_known() then return redis.call("HGETALL", KEYS[1]) end
write(5)
return {}`;

/**
 * Keys: the record, the claims. Arguments: as {@link BEGIN}, then how many sends there are, region and ID of each, and the
 * fields and values. Answers 0 when one of the sends is not remembered: Redis has then forgotten it, and it has to be
 * enqueued once more.
 */
const FINISH = `${START}
local last = 5 + 2 * ARGV[5]
for at = 6, last, 2 do if not find(ARGV[at], ARGV[at + 1]) then return 0 end end
write(last + 1)
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
  return recordOfAnswer(await link.run(async () => link.connection.eval(READ, ...keysOf(prefix, id), prefix, id)));
}

/**
 * Writes down what is about to be enqueued, unless that was done before.
 *
 * @returns the record that was there already
 */
export async function beginRouteRecord(access: StoredAccess, begun: NewRecord): Promise<RouteRecord | null> {
  const { link, prefix } = access;
  const values = [...timesOf(begun), ...fieldsOf(access, begun.record)];
  return recordOfAnswer(
    await link.run(async () => link.connection.eval(BEGIN, ...keysOf(prefix, begun.id), prefix, begun.id, ...values)),
  );
}

/**
 * Writes down that every send of a record is on its queue.
 *
 * @throws ProducerError `VOLLEY_REDIS_UNAVAILABLE` when one of them is not remembered; nothing is written then
 */
export async function finishRouteRecord(access: StoredAccess, finished: NewRecord): Promise<void> {
  const { id, record } = finished;
  const { link, prefix } = access;
  const elsewhere = record.children.filter(({ region }) => isElsewhere(access, region));
  const here = record.children.filter(({ region }) => !isElsewhere(access, region));
  const claimed = await Promise.all(elsewhere.map(async (child) => isClaimed(access.of(child.region), child)));
  if (claimed.includes(false)) throw forgotten();
  const fields = fieldsOf(access, { ...record, state: "enqueued" });
  const values = [...timesOf(finished), here.length, ...here.flatMap((child) => [child.region, child.id]), ...fields];
  const answer = await link.run(async () => link.connection.eval(FINISH, ...keysOf(prefix, id), prefix, id, ...values));
  if (answer !== 1) throw forgotten();
}

function forgotten(): ProducerError {
  return unavailable("Redis forgot a send right after it was added");
}

function keysOf(prefix: string, id: string): [count: number, record: string, claims: string] {
  return [2, routedKey(prefix, id), claimsKey(prefix, AUTO_REGION)];
}

function timesOf({ rememberForMs, rememberKeys }: Remembered): number[] {
  return [rememberForMs, bucketsFor(rememberKeys)];
}

/** Of a hash: fields and values, one after the other. */
function recordOfAnswer(answer: unknown): RouteRecord | null {
  const flat = Array.isArray(answer) ? answer.map(String) : [];
  const pairs = flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? ""] as const] : []));
  return recordOf(Object.fromEntries(pairs));
}

/** Where a region has a Redis of its own, whoever was rejected is known by their place alone: nobody knows whose they are. */
function fieldsOf(access: StoredAccess, { state, fingerprint, rejected, ...rest }: RouteRecord): string[] {
  const first = rejected.slice(0, LIMITS.rejectedInResult);
  const { prefixes, default: otherwise } = rest.routes;
  const isApart = [...Object.values(prefixes), otherwise].some(
    (region) => typeof region === "string" && isElsewhere(access, region),
  );
  const bounded = { ...rest, rejected: isApart ? first.map((entry) => ({ ...entry, recipient: "" })) : first };
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
    rejected: value("rejected") as RouteRecord["rejected"],
  };
}
