import type { EndpointPlace } from "@volley/endpoints";
import { eventsKey, fieldOf } from "@volley/receipts";

/** An event as it stands in the stream. */
export type StreamEvent = {
  /** Where in the stream: `milliseconds-number`. */
  readonly place: string;
  readonly id: string;
  readonly type: string;
  readonly at: string;
  readonly region: string;
  /** JSON. */
  readonly data: string;
};

/** @returns what stands behind a place, oldest first */
export async function readAfter(
  { redis, prefix }: EndpointPlace,
  place: string,
  limit: number,
): Promise<StreamEvent[]> {
  return (await redis.xrange(eventsKey(prefix), `(${place}`, "+", "COUNT", limit)).map(eventOf);
}

/** @returns `null` where it has been dropped */
export async function readAt({ redis, prefix }: EndpointPlace, place: string): Promise<StreamEvent | null> {
  const [entry] = await redis.xrange(eventsKey(prefix), place, place);
  return entry === undefined ? null : eventOf(entry);
}

/** @returns the place of the last event; `null` where there is none */
export async function readTail({ redis, prefix }: EndpointPlace): Promise<string | null> {
  const [entry] = await redis.xrevrange(eventsKey(prefix), "+", "-", "COUNT", 1);
  return entry?.[0] ?? null;
}

function eventOf([place, fields]: [string, string[]]): StreamEvent {
  const value = (name: string): string => fieldOf(fields, name);
  return { place, id: value("id"), type: value("type"), at: value("at"), region: value("region"), data: value("data") };
}
