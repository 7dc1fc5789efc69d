import type { Cluster, Redis } from "ioredis";
import { eventsKey, outboxKey } from "../terms/keys.ts";
import { fieldOf, FIRST_EVENTS, isBefore, writtenAt } from "../terms/stream-place.ts";

/** An event as it is kept. Its type may be one that a later version knows. */
export type KeptEvent = {
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly region: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** Some of them, oldest first. */
export type EventsPage = {
  readonly events: readonly KeptEvent[];
  /** Behind the last of them; where there is none, as it was. */
  readonly cursor: string;
  /** Whether there may be more behind the cursor already. */
  readonly hasMore: boolean;
  /**
   * Events behind the cursor that was given were dropped, too many or too old, before this page was read: those that were
   * written from the first of these times to the last. `null`: none was.
   */
  readonly dropped: { readonly from: Date; readonly to: Date } | null;
};

/** What `eventId` gives. */
const ID = /^evt_[\w-]{1,64}$/;

/**
 * Reads events in the order in which they were written. An entry that Volley has not written is passed over.
 *
 * @param cursor - {@link FIRST_EVENTS}, or that of the page before
 */
export async function readEvents(
  redis: Redis | Cluster,
  prefix: string,
  { cursor, limit }: { readonly cursor: string; readonly limit: number },
): Promise<EventsPage> {
  const range = redis.multi().xrange(eventsKey(prefix), `(${cursor}`, "+", "COUNT", limit);
  const [entries, gone] = answersOf(await range.hget(outboxKey(prefix), "gone").exec());
  const read = entries as [id: string, fields: string[]][];
  return {
    events: read.flatMap(([, fields]) => eventOf(fields) ?? []),
    cursor: read.at(-1)?.[0] ?? cursor,
    hasMore: read.length === limit,
    dropped: typeof gone === "string" ? droppedBehind(cursor, gone) : null,
  };
}

/** When the first event behind a cursor was written; `null` where there is none. */
export async function readNextAt(redis: Redis | Cluster, prefix: string, cursor: string): Promise<Date | null> {
  const [next] = await redis.xrange(eventsKey(prefix), `(${cursor}`, "+", "COUNT", 1);
  return next === undefined ? null : writtenAt(next[0]);
}

/** @param gone - the last entry that is not kept any more */
function droppedBehind(cursor: string, gone: string): EventsPage["dropped"] {
  if (cursor === FIRST_EVENTS || !isBefore(cursor, gone)) return null;
  return { from: writtenAt(cursor), to: writtenAt(gone) };
}

function answersOf(results: [error: Error | null, result: unknown][] | null): unknown[] {
  return (results ?? []).map(([error, result]) => {
    if (error) throw error;
    return result;
  });
}

/** @returns `null` where it is none */
function eventOf(fields: readonly string[]): KeptEvent | null {
  const value = (name: string): string => fieldOf(fields, name);
  const [id, type, at, region, data] = [
    value("id"),
    value("type"),
    value("at"),
    value("region"),
    dataOf(value("data")),
  ];
  return ID.test(id) && type !== "" && data !== null ? { id, type, at, region, data } : null;
}

function dataOf(text: string): KeptEvent["data"] | null {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null && !Array.isArray(data) ? (data as KeptEvent["data"]) : null;
  } catch {
    return null;
  }
}

/** How much is kept of the events. */
export type Outbox = {
  readonly events: number;
  readonly bytes: number;
  /** How many had to go before their time, because there were too many. */
  readonly dropped: number;
};

export async function readOutbox(redis: Redis | Cluster, prefix: string): Promise<Outbox> {
  const [events, [bytes, dropped]] = await Promise.all([
    redis.xlen(eventsKey(prefix)),
    redis.hmget(outboxKey(prefix), "bytes", "dropped"),
  ]);
  return { events, bytes: Number(bytes ?? 0), dropped: Number(dropped ?? 0) };
}
