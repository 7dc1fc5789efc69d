import { AUTO_REGION, LIMITS } from "@volley/contract";
import { addDeliveries } from "@volley/receipts";
import { isElsewhere, type StoredAccess } from "../redis/queue-access.ts";
import { hasCode, type ProducerError } from "../terms/producer-error.ts";
import { type RoutedChild, type RouteRecord, readRouteRecord } from "./auto-record.ts";
import { failedResult, mergeRouted } from "./auto-result.ts";
import { readOrigin, type SendOrigin } from "../follow/read-origin.ts";
import { readStatus, type SendStatus } from "../follow/read-status.ts";

/** A send of one region, and where it is; `null` while it is not on its queue. */
export type ChildStatus = {
  readonly child: RoutedChild;
  readonly status: SendStatus | null;
  /** Why nobody knows where it is: its region has a Redis of its own, which cannot be reached. */
  readonly away?: ProducerError;
};

/**
 * Reads where the sends of all regions are.
 *
 * @throws ProducerError `VOLLEY_REDIS_UNAVAILABLE` where that can be told of none
 */
export async function readChildren(
  access: StoredAccess,
  { children }: RouteRecord,
  isEtaAsked?: boolean,
): Promise<ChildStatus[]> {
  const all = await Promise.all(
    children.map(async (child): Promise<ChildStatus> => {
      try {
        return { child, status: await readStatus(access.of(child.region), child, isEtaAsked) };
      } catch (error) {
        if (!hasCode(error, "VOLLEY_REDIS_UNAVAILABLE") || !isElsewhere(access, child.region)) throw error;
        return { child, status: null, away: error };
      }
    }),
  );
  const [first] = all;
  if (first?.away && all.every(({ away }) => away !== undefined)) throw first.away;
  return all;
}

/**
 * Where a routed send is, from where the sends of its regions are.
 *
 * @returns `null` when there is none, or the result of one of its regions is no longer kept
 */
export async function readRoutedStatus(
  access: StoredAccess,
  id: string,
  isEtaAsked = false,
): Promise<SendStatus | null> {
  const record = await readRouteRecord(access, id);
  return record && readStatusOfRecord(access, id, record, isEtaAsked);
}

/** The same of a send whose record was read. */
export async function readStatusOfRecord(
  access: StoredAccess,
  id: string,
  record: RouteRecord,
  isEtaAsked = false,
): Promise<SendStatus | null> {
  const children = await readChildren(access, record, isEtaAsked);
  if (record.state === "enqueued" && children.some(isGone)) return null;
  return routedStatus(id, record, children);
}

/** Nothing is kept of it any more. */
export function isGone({ status, away }: ChildStatus): boolean {
  return status === null && away === undefined;
}

/** Where a routed send goes: all its regions have one message. @returns `null` when there is none */
export async function readRoutedOrigin(access: StoredAccess, id: string): Promise<SendOrigin | null> {
  const record = await readRouteRecord(access, id);
  if (record === null) return null;
  const origins = await Promise.allSettled(
    record.children.map(async (child) => readOrigin(access.of(child.region), child)),
  );
  const read = origins.flatMap((origin) => (origin.status === "fulfilled" ? [origin.value] : []));
  const failed = origins.find((origin) => origin.status === "rejected");
  const known = read.find((origin) => origin !== null);
  if (failed && !known) throw failed.reason;
  const from = known?.from ?? null;
  return { regions: record.children.map(({ region }) => region), from };
}

/** One status out of those of the regions. A send that is not on its queue yet is about to be. */
export function routedStatus(id: string, record: RouteRecord, children: readonly ChildStatus[]): SendStatus {
  const state = stateOf(children);
  const hasEnded = state === "settled" || state === "failed";
  const open = children.filter((child) => !isEnded(child)).map(({ status }) => status);
  const away = children.flatMap(({ child, away: why }) => (why === undefined ? [] : [child.region]));
  const holds = open.flatMap((status) => status?.holds ?? []);
  const cancelAskedAt = earliest(children.map(({ status }) => status?.cancelAskedAt ?? null));
  const sendAt = open.find((status) => status?.sendAt !== undefined)?.sendAt;
  return {
    id,
    region: AUTO_REGION,
    state,
    parts: hasEnded ? null : partsOf(children),
    until: state === "scheduled" ? earliest(open.map((status) => status?.until ?? null)) : null,
    result: state === "settled" ? mergeRouted(record, children.map(resultOf)) : null,
    eta: hasEnded ? null : latest(open.map((status) => status?.eta ?? null)),
    delivery: addDeliveries(children.map(({ status }) => status?.delivery ?? null)),
    failure: state === "failed" ? failuresOf(children) : null,
    last: hasEnded ? null : lastOf(open),
    ...labelOf(children),
    ...(state === "scheduled" && sendAt !== undefined && { sendAt }),
    ...(away.length > 0 && { unreachable: away }),
    ...(holds.length > 0 && { holds }),
    ...(cancelAskedAt !== null && { cancelAskedAt }),
  };
}

/** Every region's send has it. */
function labelOf(children: readonly ChildStatus[]): Pick<SendStatus, "label"> {
  const label = children.find(({ status }) => status?.label !== undefined)?.status?.label;
  return label === undefined ? {} : { label };
}

function stateOf(children: readonly ChildStatus[]): SendStatus["state"] {
  const states = new Set(children.map(({ status }) => status?.state ?? "queued"));
  const [only, ...others] = states;
  // What cannot be looked at has not ended, as far as anybody knows.
  if (children.some(({ away }) => away !== undefined)) {
    return states.has("sending") || children.some(isEnded) ? "sending" : "queued";
  }
  if (only !== undefined && others.length === 0) return only;
  if (children.every(isEnded)) return "settled";
  // What has ended in one region was sending: the whole is on its way.
  return states.has("sending") || children.some(isEnded) ? "sending" : "queued";
}

function isEnded({ status }: ChildStatus): boolean {
  return status?.state === "settled" || status?.state === "failed";
}

/** A send of at most 1,000 recipients has no parts of its own, and is one of the whole. */
function partsOf(children: readonly ChildStatus[]): { total: number; done: number } {
  const parts = children.map((child) => {
    const total = child.status?.parts?.total ?? Math.ceil(child.child.recipients / LIMITS.recipientsPerBatch);
    return { total, done: isEnded(child) ? total : (child.status?.parts?.done ?? 0) };
  });
  return {
    total: parts.reduce((sum, { total }) => sum + total, 0),
    done: parts.reduce((sum, { done }) => sum + done, 0),
  };
}

/** A result that cannot be read leaves as much in the dark as a job that failed. */
function resultOf({ child, status }: ChildStatus) {
  return status?.result ?? failedResult(child, status?.failure ?? "its result cannot be read");
}

function failuresOf(children: readonly ChildStatus[]): string {
  return children.map(({ child, status }) => `${child.region}: ${status?.failure ?? "unknown"}`).join("; ");
}

/** The last of all regions to be done; nobody knows it while nobody knows how fast one of them is. */
function latest(times: readonly (string | null)[]): string | null {
  return times.includes(null) ? null : (times.toSorted(byTime).at(-1) ?? null);
}

function earliest(times: readonly (string | null)[]): string | null {
  return times.filter((time) => time !== null).toSorted(byTime)[0] ?? null;
}

function lastOf(statuses: readonly (SendStatus | null)[]): SendStatus["last"] {
  const tries = statuses.flatMap((status) => status?.last ?? []);
  return tries.toSorted((a, b) => byTime(a.at, b.at)).at(-1) ?? null;
}

function byTime(a: string | null, b: string | null): number {
  return Date.parse(a ?? "") - Date.parse(b ?? "");
}
