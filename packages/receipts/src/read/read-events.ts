import type { Cluster, Redis } from "ioredis";
import { eventsKey, outboxKey } from "../terms/keys.ts";

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
};

/** Before everything. */
export const FIRST_EVENTS = "0-0";

/** @param cursor - {@link FIRST_EVENTS}, or that of the page before */
export async function readEvents(
  redis: Redis | Cluster,
  prefix: string,
  { cursor, limit }: { readonly cursor: string; readonly limit: number },
): Promise<EventsPage> {
  const entries = await redis.xrange(eventsKey(prefix), `(${cursor}`, "+", "COUNT", limit);
  return { events: entries.map(([, fields]) => eventOf(fields)), cursor: entries.at(-1)?.[0] ?? cursor };
}

function eventOf(fields: readonly string[]): KeptEvent {
  const value = (name: string): string => {
    const place = fields.findIndex((field, index) => index % 2 === 0 && field === name);
    return fields[place + 1] ?? "";
  };
  const [id, type, at, region] = [value("id"), value("type"), value("at"), value("region")];
  return { id, type, at, region, data: JSON.parse(value("data")) as Record<string, unknown> };
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
