import type { StreamEvent } from "./stream.ts";

/** An event that an endpoint has not taken yet. */
export type OpenEvent = {
  readonly place: string;
  /** How often it was tried. */
  readonly tries: number;
  /** When it is tried next, in milliseconds since 1970. */
  readonly dueAt: number;
  /** Only until it is tried first: what waits is read again, so that nobody's memory grows while an endpoint is down. */
  readonly event: StreamEvent | null;
};

/** What is open at one endpoint: each event is due, or waits for its time, or is in a request. */
export type Backlog = {
  readonly add: (event: OpenEvent) => void;
  /** Takes the one that has been due for longest; it counts until it is done or added again. */
  readonly next: (now: number) => OpenEvent | undefined;
  readonly done: (place: string) => void;
  readonly has: (place: string) => boolean;
  readonly size: () => number;
  /** How many are due. */
  readonly ready: (now: number) => number;
  /** When the next one that waits is due, in milliseconds since 1970; `Infinity` where none waits. */
  readonly nextDueAt: () => number;
};

export function createBacklog(): Backlog {
  const places = new Set<string>();
  const waiting = new Map<string, OpenEvent>();
  let due: OpenEvent[] = [];
  let nextDueAt = Infinity;

  /** Looks through what waits only when something of it is due. */
  const collect = (now: number): void => {
    if (nextDueAt > now) return;
    nextDueAt = Infinity;
    const found: OpenEvent[] = [];
    for (const event of waiting.values()) {
      if (event.dueAt <= now) found.push(event);
      else nextDueAt = Math.min(nextDueAt, event.dueAt);
    }
    for (const { place } of found) waiting.delete(place);
    due = [...due, ...found].sort((one, other) => one.dueAt - other.dueAt);
  };

  return {
    add: (event) => {
      places.add(event.place);
      waiting.set(event.place, event);
      nextDueAt = Math.min(nextDueAt, event.dueAt);
    },
    next: (now) => {
      collect(now);
      return due.shift();
    },
    done: (place) => void places.delete(place),
    has: (place) => places.has(place),
    size: () => places.size,
    ready: (now) => {
      collect(now);
      return due.length;
    },
    nextDueAt: () => nextDueAt,
  };
}
