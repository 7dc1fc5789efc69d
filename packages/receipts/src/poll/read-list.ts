import type { PollAnswer, PollFailure } from "./poll-source.ts";

/** What a window of a list is read with. */
export type ListReading = {
  /** Every entry within a window of time, newest first; a failure is the last entry. */
  readonly list: (window: { readonly start_date: Date; readonly end_date: Date }) => AsyncGenerator<PollAnswer<object>>;
  /** Takes some entries; rejects where they are not written down. */
  readonly take: (entries: readonly object[]) => Promise<void>;
  /** When an entry has happened, by the provider's clock. */
  readonly atOf: (entry: object) => Date | null;
  /** Waits between two requests. Says `false` where it is to end. */
  readonly pause: () => Promise<boolean>;
};

/** A time in milliseconds up to which a list was read. */
export type ListEnd =
  { readonly kind: "ok"; readonly newest: Date | null } | PollFailure | { readonly kind: "stopped" };

/** Entries of one request. */
const PAGE = 100;

/** A window with more entries than these is read in halves: what was read of it is lost when the process ends. */
const MOST_ENTRIES = 20_000;

/** Narrower windows are read whatever they hold, in milliseconds. */
const NARROWEST_MS = 1_000;

/**
 * Reads one window of a list to its end, page by page.
 *
 * @returns `too_many` where it holds too many entries for one window
 */
async function readWindow(
  { list, take, atOf, pause }: ListReading,
  from: Date,
  to: Date,
): Promise<ListEnd | { readonly kind: "too_many" }> {
  const most = to.getTime() - from.getTime() > NARROWEST_MS ? MOST_ENTRIES : Number.POSITIVE_INFINITY;
  let [entries, read, newestMs]: [object[], number, number] = [[], 0, -1];
  for await (const answer of list({ start_date: from, end_date: to })) {
    if (answer.kind !== "ok") return answer;
    entries.push(answer.value);
    newestMs = Math.max(newestMs, atOf(answer.value)?.getTime() ?? -1);
    if (entries.length < PAGE) continue;
    read += entries.length;
    await take(entries);
    entries = [];
    if (read >= most) return { kind: "too_many" };
    if (!(await pause())) return { kind: "stopped" };
  }
  await take(entries);
  return { kind: "ok", newest: newestMs < 0 ? null : new Date(newestMs) };
}

/** How wide windows are now; it is found by trying. */
export type Width = { ms: number };

/**
 * Reads a list from a time on until now, window by window, the oldest first.
 *
 * @param moved - hears up to when it was read, and of the newest entry in that window
 */
export async function readList(
  reading: ListReading,
  [from, to]: readonly [from: Date, to: Date],
  width: Width,
  moved: (end: Date, newest: Date | null) => Promise<void>,
): Promise<Exclude<ListEnd, { kind: "ok" }> | { readonly kind: "ok" }> {
  let startMs = from.getTime();
  while (startMs < to.getTime()) {
    const end = new Date(Math.min(startMs + width.ms, to.getTime()));
    const ended = await readWindow(reading, new Date(startMs), end);
    if (ended.kind === "too_many") {
      width.ms = Math.max(NARROWEST_MS, Math.ceil((end.getTime() - startMs) / 2));
      continue;
    }
    if (ended.kind !== "ok") return ended;
    await moved(end, ended.newest);
    startMs = end.getTime();
    width.ms = Math.ceil(width.ms * 1.25);
    if (!(await reading.pause())) return { kind: "stopped" };
  }
  return { kind: "ok" };
}
