import type { Cluster, Redis } from "ioredis";
import { type EventsPage, type KeptEvent, readEvents } from "./read-events.ts";

/** Events that are read by one call of Redis, and the most calls of a page: few may be wanted of very many. */
const PER_CALL = 500;
const MOST_CALLS = 20;

/** Which events are wanted. */
export type EventsQuery = {
  /** Behind which it begins. */
  readonly cursor: string;
  /** The most of a page. */
  readonly limit: number;
  /** @default all */
  readonly types?: readonly string[];
};

/** Reads a page of the events of some types. It may be empty although there are more. */
export async function findEvents(
  redis: Redis | Cluster,
  prefix: string,
  { cursor: from, limit, types }: EventsQuery,
): Promise<EventsPage> {
  const found: KeptEvent[] = [];
  let [cursor, dropped]: [string, EventsPage["dropped"]] = [from, null];
  for (let call = 0; call < MOST_CALLS; call += 1) {
    // Where all are wanted nothing is read in vain; otherwise no more than fit in, so that the cursor passes over none.
    const count = types === undefined ? Math.min(limit, PER_CALL) : Math.min(limit - found.length, PER_CALL);
    const page = await readEvents(redis, prefix, { cursor, limit: count });
    found.push(...page.events.filter(({ type }) => types?.includes(type) ?? true));
    cursor = page.cursor;
    dropped ??= page.dropped;
    if (!page.hasMore) return { events: found, cursor, dropped, hasMore: false };
    if (found.length >= limit || types === undefined) break;
  }
  return { events: found, cursor, dropped, hasMore: true };
}
