import type { Parameters } from "@volley/contract";
import {
  countingFor,
  type Duplicates,
  DuplicatesError,
  type DuplicatesFound,
  duplicatesIn,
  REMEMBERED_MS,
} from "./duplicates.ts";
import { createTextedFinder, type TextedCounts } from "./find-texted.ts";
import { createFoundList, type FoundList } from "./found-list.ts";
import { createOwnDigest } from "../traces/own-digest.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { sameTextOf } from "../traces/same-text.ts";
import { chunksOf, type TracedList } from "../traces/trace-chunk.ts";
import { createTracedSends, type TracedSends } from "../traces/traced-sends.ts";

/** What is about to be enqueued: one send, or those of several regions that are one to their caller. */
export type GuardedSends = {
  /** A send without its recipients. */
  readonly message: object;
  /** The values that are for everybody. */
  readonly defaults: Parameters;
  readonly lists: readonly (SendAddress & TracedList)[];
  /** The ID of all of them together, where they are several. */
  readonly whole?: string;
  /** When they are due; `null` means at once. */
  readonly sendAt: Date | null;
  readonly duplicates: Duplicates;
};

/** What is known of the recipients of sends that are about to be enqueued, and how it is kept true. */
export type Guard = Pick<TracedSends, "narrow" | "withdraw"> & {
  readonly found: DuplicatesFound | null;
  /** Who is found in which list, in their order. */
  readonly foundIn: readonly FoundList[];
};

/** What it depends on beside the sends. */
export type GuardContext = QueueAccess & {
  readonly stageTtlMs: number;
  readonly now: () => Date;
  /** Of a region, where sends are to several. @default the same for all */
  readonly of?: (region: string) => GuardContext;
};

/** What is known of some of the lists, which are in one Redis. */
type Looked = Pick<Guard, "foundIn"> & { readonly counts: readonly TextedCounts[] };

/**
 * Writes down whom sends are about to text, and then looks who of them got the same text before. In this order: of two
 * calls with the same people at once, the one that wrote later finds the other. Each Redis is asked about the lists that it has.
 *
 * @throws DuplicatesError where that is wanted, when somebody is found; nothing is left behind
 */
export async function guardDuplicates(context: GuardContext, sends: GuardedSends): Promise<Guard> {
  const { message, defaults, lists, duplicates } = sends;
  const text = sameTextOf(message);
  const digestOf = createOwnDigest(text.placeholders, defaults);
  const stores = new Map(
    lists.map(({ region }) => [context.of?.(region).link ?? context.link, context.of?.(region) ?? context]),
  );
  const places = [...stores.values()].map((store) => ({
    store,
    own: lists.filter(({ region }) => (context.of?.(region) ?? context).link === store.link),
    traced: createTracedSends(store, text.id, digestOf, store.stageTtlMs),
  }));
  const all = {
    narrow: async (id: string, list: TracedList) => {
      const place = places.find(({ own }) => own.some((each) => each.id === id));
      await place?.traced.narrow(id, list);
    },
    withdraw: async (id?: string) => {
      for (const { own, traced } of places) {
        if (id === undefined) await traced.withdraw();
        else if (own.some((each) => each.id === id)) await traced.withdraw(id);
      }
    },
  };
  const isCounting = countingFor(duplicates, [...lists.map(({ id }) => id), sends.whole], context.now());
  try {
    const looked = new Map<string, FoundList>();
    const counts: TextedCounts[] = [];
    for (const { store, own, traced } of places) {
      const one = await look(store, { ...sends, lists: own }, { text: text.id, digestOf, traced, isCounting });
      for (const [index, { id }] of own.entries()) looked.set(id, one.foundIn[index] ?? createFoundList(0));
      counts.push(...one.counts);
    }
    const found = duplicatesIn(counts);
    if (found && duplicates.ifFound === "refuse") throw new DuplicatesError(found);
    return { ...all, found, foundIn: lists.map(({ id, size }) => looked.get(id) ?? createFoundList(size)) };
  } catch (error) {
    await all.withdraw();
    throw error;
  }
}

type LookTerms = {
  readonly text: string;
  readonly digestOf: ReturnType<typeof createOwnDigest>;
  readonly traced: TracedSends;
  readonly isCounting: ReturnType<typeof countingFor>;
};

/** Writes down the lists of one Redis, and looks for their people there. */
async function look(
  store: GuardContext,
  { lists, whole, sendAt, duplicates }: GuardedSends,
  { text, digestOf, traced, isCounting }: LookTerms,
): Promise<Looked> {
  const { stageTtlMs, now } = store;
  const at = Math.max(now().getTime(), sendAt?.getTime() ?? 0);
  for (const list of lists) {
    const { id, region } = list;
    const send = { id, region, ...(whole !== undefined && { whole }), at, graceMs: stageTtlMs };
    await traced.add(send, list);
  }
  const memory = await traced.announce(at - now().getTime() + Math.max(REMEMBERED_MS, duplicates.withinMs));
  const foundIn = lists.map(({ size }) => createFoundList(size));
  const counts: TextedCounts[] = [];
  const isAnythingThere = memory.traces.length > 0 || memory.hasFew;
  for (const [index, list] of isAnythingThere ? lists.entries() : []) {
    const finder = createTextedFinder(store, { text, memory, counts: isCounting, list: foundIn[index] });
    // One after the other: each is read into the same amount of memory.
    for await (const chunk of chunksOf(list, digestOf)) await finder.find(chunk);
    counts.push(finder.counts());
  }
  return { foundIn, counts };
}
