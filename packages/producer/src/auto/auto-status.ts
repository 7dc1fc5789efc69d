import { AUTO_REGION, LIMITS } from "@volley/contract";
import { addDeliveries } from "@volley/receipts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { type RoutedChild, type RouteRecord, readRouteRecord } from "./auto-record.ts";
import { failedResult, mergeRouted } from "./auto-result.ts";
import { readOrigin, type SendOrigin } from "../follow/read-origin.ts";
import { readStatus, type SendStatus } from "../follow/read-status.ts";

/** A send of one region, and where it is; `null` while it is not on its queue. */
export type ChildStatus = { readonly child: RoutedChild; readonly status: SendStatus | null };

/** Reads where the sends of all regions are. */
export async function readChildren(
  access: QueueAccess,
  { children }: RouteRecord,
  isEtaAsked?: boolean,
): Promise<ChildStatus[]> {
  return Promise.all(children.map(async (child) => ({ child, status: await readStatus(access, child, isEtaAsked) })));
}

/**
 * Where a routed send is, from where the sends of its regions are.
 *
 * @returns `null` when there is none, or the result of one of its regions is no longer kept
 */
export async function readRoutedStatus(
  access: QueueAccess,
  id: string,
  isEtaAsked = false,
): Promise<SendStatus | null> {
  const record = await readRouteRecord(access, id);
  return record && readStatusOfRecord(access, id, record, isEtaAsked);
}

/** The same of a send whose record was read. */
export async function readStatusOfRecord(
  access: QueueAccess,
  id: string,
  record: RouteRecord,
  isEtaAsked = false,
): Promise<SendStatus | null> {
  const children = await readChildren(access, record, isEtaAsked);
  if (record.state === "enqueued" && children.some(({ status }) => status === null)) return null;
  return routedStatus(id, record, children);
}

/** Where a routed send goes: all its regions have one message. @returns `null` when there is none */
export async function readRoutedOrigin(access: QueueAccess, id: string): Promise<SendOrigin | null> {
  const record = await readRouteRecord(access, id);
  if (record === null) return null;
  const origins = await Promise.all(record.children.map(async (child) => readOrigin(access, child)));
  const from = origins.find((origin) => origin !== null)?.from ?? null;
  return { regions: record.children.map(({ region }) => region), from };
}

/** One status out of those of the regions. A send that is not on its queue yet is about to be. */
export function routedStatus(id: string, record: RouteRecord, children: readonly ChildStatus[]): SendStatus {
  const state = stateOf(children);
  const hasEnded = state === "settled" || state === "failed";
  const open = children.filter((child) => !isEnded(child)).map(({ status }) => status);
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
