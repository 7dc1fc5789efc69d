/** The place of an entry in a stream of Redis: `milliseconds-number`. */
const PLACE = /^(\d{1,15})-(\d{1,20})$/;

/** The last number that an entry may have within its millisecond. */
const LAST_NUMBER = "18446744073709551615";

/** Before everything that is kept. */
export const FIRST_EVENTS = "0-0";

/** Whether a text can be a place in the stream. */
export function isEventsCursor(text: string): boolean {
  return PLACE.test(text);
}

/** The place before everything that was written at a time or later. */
export function cursorBefore(time: Date): string {
  const ms = time.getTime();
  return ms > 0 ? `${ms - 1}-${LAST_NUMBER}` : FIRST_EVENTS;
}

/** Whether one place is before another. */
export function isBefore(place: string, other: string): boolean {
  const [, ms = "", number = ""] = PLACE.exec(place) ?? [];
  const [, otherMs = "", otherNumber = ""] = PLACE.exec(other) ?? [];
  return ms === otherMs ? BigInt(number) < BigInt(otherNumber) : Number(ms) < Number(otherMs);
}

/** When what stands at a place was written. */
export function writtenAt(place: string): Date {
  return new Date(Number(PLACE.exec(place)?.[1] ?? 0));
}

/** The value of a field of an entry, whose names and values follow each other; empty where it has none. */
export function fieldOf(fields: readonly string[], name: string): string {
  const place = fields.findIndex((field, index) => index % 2 === 0 && field === name);
  return place === -1 ? "" : (fields[place + 1] ?? "");
}
