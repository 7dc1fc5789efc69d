import type { EndpointPlace } from "@volley/endpoints";
import { eventsKey } from "@volley/receipts";

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

/** Whether one place is before another. */
export function isBefore(place: string, other: string): boolean {
  const [ms = "", number = "0"] = place.split("-");
  const [otherMs = "", otherNumber = "0"] = other.split("-");
  return ms === otherMs ? BigInt(number) < BigInt(otherNumber) : Number(ms) < Number(otherMs);
}

/** When an event was written, in milliseconds since 1970. */
export function writtenAt(place: string): number {
  return Number(place.split("-", 1)[0]);
}

function eventOf([place, fields]: [string, string[]]): StreamEvent {
  const value = (name: string): string => {
    const index = fields.findIndex((field, at) => at % 2 === 0 && field === name);
    return index === -1 ? "" : (fields[index + 1] ?? "");
  };
  return { place, id: value("id"), type: value("type"), at: value("at"), region: value("region"), data: value("data") };
}
