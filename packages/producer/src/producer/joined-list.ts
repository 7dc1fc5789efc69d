import { AUTO_REGION } from "@volley/contract";
import { hasCode, type ProducerError } from "../terms/producer-error.ts";
import { readJoinedCursor, writeJoinedCursor } from "./joined-cursor.ts";
import { type ListOptions, readListOptions } from "./list-options.ts";
import { type ListPage, listPlaced, type PlacedPage } from "./list-sends.ts";
import type { AllStores, Store } from "./stores.ts";
import { unreachableOf } from "./unreachable.ts";

type Read = { readonly store: Store; readonly page: PlacedPage | null; readonly from: string };

/**
 * A page of the sends of all that is kept, the newest first. Where regions have a Redis of their own, each of these is read, and what
 * is older than something that one of them may still have waits for the next page. One that cannot be reached is named.
 */
export async function listSends({ all, home, of }: AllStores, options: ListOptions, now: Date): Promise<ListPage> {
  if (all.length === 1) {
    const { sends, cursor } = await listPlaced(
      { own: home.context, home: home.context },
      readListOptions(options, now),
    );
    return { sends: sends.map(({ send }) => send), cursor };
  }
  const { cursor: given, ...rest } = options;
  const places = readJoinedCursor(given, all);
  const wanted = storesOf({ all, of }, readListOptions(rest, now).regions);
  const open = wanted.filter(({ name }) => places.has(name));
  const failed: ProducerError[] = [];
  const reads = await Promise.all(
    open.map(async (store): Promise<Read> => {
      const from = places.get(store.name) ?? "";
      const query = readListOptions({ ...rest, ...(from !== "" && { cursor: from }) }, now);
      try {
        return { store, from, page: await listPlaced({ own: store.context, home: home.context }, query) };
      } catch (error) {
        if (!hasCode(error, "VOLLEY_REDIS_UNAVAILABLE")) throw error;
        failed.push(error);
        return { store, from, page: null };
      }
    }),
  );
  const [why] = failed;
  if (why && failed.length === open.length) throw why;
  return joined(reads, readListOptions(rest, now).limit);
}

/** Those that may have sends of some regions: each its own, and sends to several are in any. */
function storesOf({ all, of }: Pick<AllStores, "all" | "of">, regions: ReadonlySet<string> | null): readonly Store[] {
  if (regions === null || regions.has(AUTO_REGION)) return all;
  const wanted = new Set([...regions].map(of));
  return all.filter((store) => wanted.has(store));
}

function joined(reads: readonly Read[], limit: number): ListPage {
  const ends = reads.flatMap(({ page }) => (page?.cursor ? [msOf(page.cursor)] : []));
  // Behind its cursor one of them may have what is newer than what the others show.
  const horizon = Math.max(0, ...ends);
  const shown = reads
    .flatMap(({ store, page }) => (page?.sends ?? []).map((each) => ({ ...each, store })))
    .filter(({ place }) => msOf(place) >= horizon)
    .toSorted((one, other) => msOf(other.place) - msOf(one.place))
    .slice(0, limit);
  const next = new Map<string, string>();
  for (const { store, page, from } of reads) {
    if (page === null) continue;
    const own = shown.filter((each) => each.store === store);
    const place = own.length === page.sends.length ? page.cursor : (own.at(-1)?.place ?? from);
    if (place !== null) next.set(store.name, place);
  }
  const away = reads.filter(({ page }) => page === null);
  // It is looked at again as long as there is anything else to be read.
  if (next.size > 0) for (const { store, from } of away) next.set(store.name, from);
  const unreachable = unreachableOf(away.map(({ store }) => store));
  return { sends: shown.map(({ send }) => send), cursor: writeJoinedCursor(next), ...unreachable };
}

function msOf(place: string): number {
  return Number(place.split("-")[0]);
}
