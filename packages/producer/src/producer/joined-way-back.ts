import { LIMITS } from "@volley/contract";
import { hasCode, ProducerError } from "../terms/producer-error.ts";
import { requireRegion } from "../terms/require-argument.ts";
import { type ForgetOptions, type Forgotten, forgetPerson } from "../way-back/forget-person.ts";
import { type EventsOptions, type EventsPage, readEventsPage } from "../way-back/read-events.ts";
import { type InboundsOptions, type InboundsPage, readInbounds } from "../way-back/read-inbounds.ts";
import { readJoinedCursor, writeJoinedCursor } from "./joined-cursor.ts";
import type { AllStores, Store } from "./stores.ts";
import { type Unreachable, unreachableOf } from "./unreachable.ts";

type Page = { readonly cursor: string | null; readonly later: string };

type Pages<P> = Unreachable & {
  readonly pages: readonly P[];
  readonly cursor: string | null;
  readonly later: string;
};

/**
 * Events of every Redis. Within a page they stand in the order in which they were written down; of two pages the first may have
 * later ones of another Redis.
 */
export async function readAllEvents({ all, home }: AllStores, options: EventsOptions): Promise<EventsPage> {
  if (all.length === 1) return readEventsPage(home.context, options);
  const { pages, ...joined } = await readAll(all, options, async (store, own) => readEventsPage(store.context, own));
  const events = pages.flatMap((page) => page.events).toSorted((one, other) => byTime(one.at, other.at));
  const dropped = pages.flatMap((page) => page.dropped ?? []);
  const [from] = dropped.map((each) => each.from).toSorted(byTime);
  const to = dropped
    .map((each) => each.to)
    .toSorted(byTime)
    .at(-1);
  return { events, dropped: from !== undefined && to !== undefined ? { from, to } : null, ...joined };
}

/** Messages from phones, likewise; those of one region are in one Redis. */
export async function readAllInbounds({ all, of, home }: AllStores, options: InboundsOptions): Promise<InboundsPage> {
  const { region } = options;
  if (region !== undefined) requireRegion(region);
  if (all.length === 1 || region !== undefined) {
    return readInbounds((region === undefined ? home : of(region)).context, options);
  }
  const { pages, ...joined } = await readAll(all, options, async (store, own) => readInbounds(store.context, own));
  const inbounds = pages.flatMap((page) => page.inbounds);
  return { inbounds: inbounds.toSorted((one, other) => byTime(one.at, other.at)), ...joined };
}

/** A share of the page from each of them. One that cannot be reached is read once it can. */
async function readAll<P extends Page, O extends { readonly cursor?: string; readonly limit?: number }>(
  all: readonly Store[],
  { cursor, ...options }: O,
  read: (store: Store, options: Omit<O, "cursor"> & { readonly cursor?: string; readonly limit: number }) => Promise<P>,
): Promise<Pages<P>> {
  const places = readJoinedCursor(cursor, all);
  const limit = Math.ceil(Math.min(LIMITS.batchesInResult, options.limit ?? LIMITS.batchesInResult) / all.length);
  const failed: ProducerError[] = [];
  const away: Store[] = [];
  const next = new Map<string, string>();
  let hasMore = false;
  const pages = await Promise.all(
    all.map(async (store) => {
      const from = places.get(store.name) ?? "";
      try {
        const page = await read(store, { ...options, ...(from !== "" && { cursor: from }), limit });
        next.set(store.name, page.later);
        hasMore ||= page.cursor !== null;
        return [page];
      } catch (error) {
        if (!hasCode(error, "VOLLEY_REDIS_UNAVAILABLE")) throw error;
        failed.push(error);
        away.push(store);
        next.set(store.name, from);
        return [];
      }
    }),
  );
  const [why] = failed;
  if (why && failed.length === all.length) throw why;
  const later = writeJoinedCursor(next) ?? "";
  return { pages: pages.flat(), cursor: hasMore ? later : null, later, ...unreachableOf(away) };
}

function byTime(one: string, other: string): number {
  return Date.parse(one) - Date.parse(other);
}

/**
 * Goes through every Redis, also where one of them cannot be reached: the others are done then.
 *
 * @throws ProducerError as the first that failed
 */
export async function forgetEverywhere(
  { all }: AllStores,
  number: string,
  options: ForgetOptions | undefined,
): Promise<Forgotten> {
  const ends = await Promise.allSettled(
    all.map(async ({ context, terms }) => forgetPerson(context, terms, number, options)),
  );
  const failed = ends.find((end) => end.status === "rejected");
  if (failed) throw all.length === 1 ? failed.reason : othersDone(failed.reason);
  const done = ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : []));
  return {
    found: sumOf(done.map(({ found }) => found)),
    left: sumOf(done.map(({ left }) => left)),
  };
}

function othersDone(error: unknown): unknown {
  if (!(error instanceof ProducerError)) return error;
  return new ProducerError(error.code, `${error.message} Regions that could be reached are done.`, { cause: error });
}

function sumOf<Name extends string>(counts: readonly Readonly<Record<Name, number>>[]): Readonly<Record<Name, number>> {
  return counts.reduce((sum, each) => {
    const names = Object.keys(each) as Name[];
    return { ...each, ...Object.fromEntries(names.map((name) => [name, sum[name] + each[name]])) };
  });
}
