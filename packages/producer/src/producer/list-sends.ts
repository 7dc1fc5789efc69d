import { AUTO_REGION, type ListedKind, type ListedRow, readListed, sendsKey } from "@volley/contract";
import { readRouteRecord } from "../auto/auto-record.ts";
import { readStatusOfRecord } from "../auto/auto-status.ts";
import { readStates, type ShortStatus } from "../follow/read-states.ts";
import type { QueueAccess, StoredAccess } from "../redis/queue-access.ts";
import { hasCode } from "../terms/producer-error.ts";
import { type ListQuery, plainSender } from "./list-options.ts";

/** A send as the list has it. */
export type SendInList = {
  readonly id: string;
  /** `auto` for one whose recipients were routed to several. */
  readonly region: string;
  /** How it came: a send once more is a `retry`, a `resolve` or a `redelivery`; one of another client is a `client`'s. */
  readonly kind: ListedKind;
  readonly enqueuedAt: string;
  readonly from: string | null;
  readonly label: string | null;
  /** Entries of its list, and how many of them are valid: each once, and no mistyped ones. */
  readonly recipients: { readonly requested: number; readonly valid: number };
  /** As `status` has it; `null` once its result is no longer kept. */
  readonly state: ShortStatus["state"] | null;
  /** What it came to; `null` while it has no result, and where that is no longer kept. */
  readonly result: ShortStatus["result"];
  /** The send of several regions that it belongs to; left out where it is one by itself. */
  readonly whole?: string;
};

/** Some of the sends, the newest first. */
export type ListPage = {
  readonly sends: readonly SendInList[];
  /** For the next page, which may be empty; `null` where there is none. */
  readonly cursor: string | null;
  /** Regions with a Redis of their own that cannot be reached: their sends are missing. Left out where none is missing. */
  readonly unreachable?: readonly string[];
};

/** Sends of one Redis, each with its place there, and where the next ones are. */
export type PlacedPage = {
  readonly sends: readonly { readonly place: string; readonly send: SendInList }[];
  readonly cursor: string | null;
};

/** What is read for a list: the Redis that the sends are in, and the one that has what is of no region. */
export type ListAccess = { readonly own: QueueAccess; readonly home: StoredAccess };

/** Rows that one page looks at, and those of which it reads where they are. */
const MOST_LOOKED = 10_000;
const MOST_READ = 1_000;

/** Rows in one call, and sends that are asked for in one. */
const AT_ONCE = 500;
const READ_AT_ONCE = 100;

type Entry = { readonly place: string; readonly row: ListedRow };

/**
 * A page of the list. Rows stand in the order in which they came, each at a place of its own, so that none is left out or shown
 * twice, however many came in one millisecond and whatever comes meanwhile.
 */
export async function listPlaced(access: ListAccess, query: ListQuery): Promise<PlacedPage> {
  const { link, prefix } = access.own;
  const sends: { place: string; send: SendInList }[] = [];
  let [{ last }, looked, read] = [query, 0, 0];
  while (looked < MOST_LOOKED && read < MOST_READ) {
    const most = isFiltered(query) ? AT_ONCE : query.limit - sends.length;
    const found = await link.run(async () =>
      link.connection.xrevrange(sendsKey(prefix), last, query.first, "COUNT", most),
    );
    const entries = found.flatMap(([place, fields]) => entryOf(place, fields, query));
    for (let at = 0; at < entries.length; at += READ_AT_ONCE) {
      const some = entries.slice(at, at + READ_AT_ONCE);
      read += some.length;
      for (const [index, send] of (await readSends(access, some)).entries()) {
        const place = some[index]?.place ?? "";
        if (send === null || !isWanted(send, query)) continue;
        sends.push({ place, send });
        if (sends.length === query.limit) return { sends, cursor: place };
      }
    }
    const place = found.at(-1)?.[0];
    if (place === undefined || found.length < most) return { sends, cursor: null };
    last = `(${place}`;
    looked += found.length;
  }
  return { sends, cursor: last.slice(1) };
}

function isFiltered({ regions, senders, state, label }: ListQuery): boolean {
  return [regions, senders, state, label].some((each) => each !== null);
}

/** A send that belongs to one of several regions is shown where its region is asked for, and not beside that. */
function entryOf(place: string, fields: readonly string[], query: ListQuery): Entry[] {
  const { regions, senders, label } = query;
  const row = readListed(fields);
  if (row === null || (label !== null && row.label !== label)) return [];
  if (row.whole !== null && (regions === null || regions.has(AUTO_REGION))) return [];
  if (regions !== null && !regions.has(row.region)) return [];
  if (senders !== null && (row.from === null || !senders.has(plainSender(row.from)))) return [];
  return [{ place, row }];
}

function isWanted({ state, result }: SendInList, query: ListQuery): boolean {
  return query.state === null || query.state === state || query.state === result?.state;
}

async function readSends(access: ListAccess, entries: readonly Entry[]): Promise<(SendInList | null)[]> {
  const single = entries.filter(({ row }) => row.region !== AUTO_REGION);
  const states = new Map<Entry, ShortStatus | null>();
  const read = await readStates(
    access.own,
    single.map(({ row }) => row),
  );
  for (const [at, entry] of single.entries()) states.set(entry, read[at] ?? null);
  return Promise.all(
    entries.map(async (entry) => {
      const { row } = entry;
      if (row.region === AUTO_REGION) return readRouted(access, entry);
      return sendOf(entry, states.get(entry) ?? null, row);
    }),
  );
}

/** Each Redis that has some of it has a row of it: that of its first region counts. */
async function readRouted({ own, home }: ListAccess, entry: Entry): Promise<SendInList | null> {
  const found = readRouteRecord(home, entry.row.id);
  const record = await (own.link === home.link ? found : found.catch(nullWhileAway));
  const [first] = record?.children ?? [];
  if (first && home.of(first.region).link !== own.link) return null;
  const status = record && (await readStatusOfRecord(home, entry.row.id, record).catch(nullWhileAway));
  return sendOf(entry, status, record?.counts ?? entry.row);
}

/** What stands in its row is known all the same. */
function nullWhileAway(error: unknown): null {
  if (hasCode(error, "VOLLEY_REDIS_UNAVAILABLE")) return null;
  throw error;
}

function sendOf({ place, row }: Entry, status: ShortStatus | null, counts: SendInList["recipients"]): SendInList {
  const { id, region, kind, from, label, whole } = row;
  const { result = null, state = null } = status ?? {};
  return {
    id,
    region,
    kind,
    from,
    label,
    enqueuedAt: new Date(Number(place.split("-")[0])).toISOString(),
    recipients: { requested: counts.requested, valid: counts.valid },
    state,
    result: result && { state: result.state, recipients: result.recipients },
    ...(whole !== null && { whole }),
  };
}
