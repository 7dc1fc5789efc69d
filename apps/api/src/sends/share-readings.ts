import type { Producer, SendStatus } from "@volley/producer";
import { placeOf } from "./send-path.ts";
import type { SendPlace } from "./require-own.ts";

/** How often a status is read, however many follow it, in milliseconds. */
export const STEP_MS = 1_000;

/** @returns reads the status of a send, or gives what was read within the last second. `null` is never kept: it may be enqueued now */
export function shareReadings({ status }: Pick<Producer, "status">): (place: SendPlace) => Promise<SendStatus | null> {
  const kept = new Map<string, Promise<SendStatus | null>>();
  return async ({ id, region }) => {
    const name = `${region ?? ""} ${id}`;
    const known = kept.get(name);
    if (known) return known;
    const reading = status(id, placeOf(region));
    kept.set(name, reading);
    // A little less than the step, so that whoever looks at every step looks at something new.
    setTimeout(() => kept.delete(name), STEP_MS * 0.9).unref();
    const found = await reading;
    if (found === null && kept.get(name) === reading) kept.delete(name);
    return found;
  };
}
