import { LIMITS, readTime } from "@volley/contract";
import {
  cursorBefore,
  EVENT_TYPES,
  type EventType,
  findEvents,
  FIRST_EVENTS,
  isEventsCursor,
  type KeptEvent,
} from "@volley/receipts";
import { invalidCursor, type PageOption } from "../follow/read-batches.ts";
import type { QueueAccess } from "../redis/queue-access.ts";

/** Which events are wanted; without any of these, all that are kept. */
export type EventsOptions = PageOption & {
  readonly types?: readonly EventType[];
  /** Written down then or later: a time as ISO-8601. Where there is a cursor, too, the later of both counts. */
  readonly since?: string;
};

/** Some events, in the order in which they were written down. */
export type EventsPage = {
  readonly events: readonly KeptEvent[];
  /** For the next page, which may be empty; `null` when there is none now. */
  readonly cursor: string | null;
  /** For those that come later, whenever that is. */
  readonly later: string;
  /**
   * Events behind the given cursor that are not kept any more, too many or too old: those that were written down between these
   * times. `null`: none is missing.
   */
  readonly dropped: { readonly from: string; readonly to: string } | null;
  /** Regions with a Redis of their own that cannot be reached: their events are missing. Left out where none is missing. */
  readonly unreachable?: readonly string[];
};

/** @throws ProducerError `VOLLEY_INVALID_CURSOR`. @throws TypeError for a type that there is not, and where `since` is no time */
export async function readEventsPage(
  { link, prefix }: QueueAccess,
  { cursor = FIRST_EVENTS, limit = LIMITS.batchesInResult, types, since }: EventsOptions,
): Promise<EventsPage> {
  if (!isEventsCursor(cursor)) throw invalidCursor();
  requireTypes(types);
  const query = {
    cursor: since === undefined ? cursor : laterOf(cursor, since),
    limit: Math.min(LIMITS.batchesInResult, limit),
    ...(types && { types }),
  };
  const page = await link.run(async () => findEvents(link.connection, prefix, query));
  const { events, dropped } = page;
  return {
    events,
    cursor: page.hasMore ? page.cursor : null,
    later: page.cursor,
    dropped: dropped && { from: dropped.from.toISOString(), to: dropped.to.toISOString() },
  };
}

function requireTypes(types: unknown): void {
  if (types === undefined) return;
  const known: readonly unknown[] = EVENT_TYPES;
  const isGood = Array.isArray(types) && types.length > 0 && types.every((type) => known.includes(type));
  if (!isGood) throw new TypeError(`events.types: expected a list of some of ${EVENT_TYPES.join(", ")}`);
}

function laterOf(cursor: string, since: string): string {
  const time = readTime(since);
  if (time === null) throw new TypeError("events.since: expected a time as ISO-8601");
  return Number(cursor.split("-")[0]) >= time.getTime() ? cursor : cursorBefore(time);
}
