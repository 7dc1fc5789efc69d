import { isGroup } from "@volley/contract";
import { type Fate, fateOf } from "./fate-of-send.ts";
import { findFew, type FewHit } from "../traces/few-index.ts";
import type { FoundList } from "./found-list.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import type { Earlier, Remembered } from "../traces/remembered.ts";
import { findInTrace } from "../traces/trace.ts";
import type { TraceChunk } from "../traces/trace-chunk.ts";
import type { TextMemory } from "../traces/trace-index.ts";

/** Where recipients are looked for. */
export type TextedSearch = {
  readonly text: string;
  readonly memory: TextMemory;
  /** Whether a send counts that was there before. */
  readonly counts: (send: Remembered) => boolean;
  /** Receives who is found. */
  readonly list?: FoundList | undefined;
};

/** Finds those of a list whom earlier sends of the same text have texted, or will. */
export type TextedFinder = {
  readonly find: (chunk: TraceChunk) => Promise<void>;
  readonly counts: () => TextedCounts;
};

/** What was found; the times are in milliseconds, and those of nobody when there is nobody. */
export type TextedCounts = {
  readonly found: number;
  readonly total: number;
  readonly accepted: number;
  readonly since: number;
  readonly latest: number;
};

/** What is known of a recipient, from the least to the most. */
const ENQUEUED = 1;
const ACCEPTED = 2;

/** Sends that are looked into at once. */
const SENDS_AT_ONCE = 16;

/** Recipients of a chunk, by their places, and its groups. */
type Hits = { readonly places: readonly number[]; readonly groups: readonly string[] };

/** What is known of the recipients of a chunk. */
type Known = { readonly places: Uint8Array; readonly groups: Map<string, number> };

/** Creates a finder for one list. */
export function createTextedFinder(access: QueueAccess, { text, memory, counts, list }: TextedSearch): TextedFinder {
  const traces = memory.traces.filter(({ send }) => counts(send));
  const fateIn = createFates(access, memory.clock);
  let [total, found, accepted] = [0, 0, 0];
  let [since, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const count = (kind: number): boolean => {
    if (kind > 0) found += 1;
    if (kind === ACCEPTED) accepted += 1;
    return kind > 0;
  };
  const add = async (chunk: TraceChunk, known: Known, earlier: Earlier, hits: Hits): Promise<void> => {
    if (hits.places.length + hits.groups.length === 0) return;
    if (!(await addHits(chunk, hits, await fateIn(earlier), known))) return;
    since = Math.min(since, earlier.send.at);
    latest = Math.max(latest, earlier.send.at);
  };
  return {
    find: async (chunk) => {
      const known: Known = { places: new Uint8Array(chunk.count), groups: new Map() };
      await eachInTurns(traces, async (trace) => add(chunk, known, trace, await hitsIn(access, trace.trace, chunk)));
      const few = memory.hasFew ? await findFew(access, text, memory.clock, chunk) : [];
      const counting = few.filter(({ send }) => counts(send));
      await eachInTurns(counting, async (hit) => add(chunk, known, hit, hitsOf(hit)));
      total += chunk.count + chunk.groups.size;
      for (let place = 0; place < chunk.count; place += 1) {
        if (count(known.places[place] ?? 0)) list?.addNumber(chunk.ordinalAt(place));
      }
      for (const [group, kind] of known.groups) if (count(kind)) list?.addGroup(group);
    },
    counts: () => ({ found, total, accepted, since, latest }),
  };
}

/** What became of each send, asked once. */
function createFates(access: QueueAccess, clock: number): (earlier: Earlier) => Promise<Fate> {
  const fates = new Map<string, Promise<Fate>>();
  return async (earlier) => {
    const key = `${earlier.send.id} ${earlier.clock}`;
    const fate = fates.get(key) ?? fateOf(access, earlier, clock);
    fates.set(key, fate);
    return fate;
  };
}

async function hitsIn(access: QueueAccess, trace: string, chunk: TraceChunk): Promise<Hits> {
  const places: number[] = [];
  const groups: string[] = [];
  await findInTrace(access, trace, chunk, {
    number: (place) => places.push(place),
    group: (group) => groups.push(group),
  });
  return { places, groups };
}

function hitsOf({ place, recipient }: FewHit): Hits {
  return place === null ? { places: [], groups: [recipient] } : { places: [place], groups: [] };
}

/** Adds what is known by one send, without those whom it has missed. @returns whether anybody is left */
async function addHits(chunk: TraceChunk, hits: Hits, fate: Fate, known: Known): Promise<boolean> {
  if (fate.kind === "nobody") return false;
  const missed = await missedBy(fate.unreached(), chunk);
  const kind = fate.isAccepted ? ACCEPTED : ENQUEUED;
  const places = hits.places.filter((place) => missed.places?.[place] !== 1);
  const groups = hits.groups.filter((group) => !missed.groups.has(group));
  for (const place of places) known.places[place] = Math.max(known.places[place] ?? 0, kind);
  for (const group of groups) known.groups.set(group, Math.max(known.groups.get(group) ?? 0, kind));
  return places.length + groups.length > 0;
}

/** Those of a chunk whom a send has missed; most have missed nobody. */
async function missedBy(
  unreached: AsyncIterable<readonly string[]>,
  chunk: TraceChunk,
): Promise<{ readonly places: Uint8Array | null; readonly groups: ReadonlySet<string> }> {
  let places: Uint8Array | null = null;
  const groups = new Set<string>();
  for await (const recipients of unreached) {
    for (const recipient of recipients) {
      if (isGroup(recipient)) groups.add(recipient);
      else {
        const place = chunk.placeOf(Number(recipient));
        places ??= new Uint8Array(chunk.count);
        if (place < chunk.count && chunk.numberAt(place) === Number(recipient)) places[place] = 1;
      }
    }
  }
  return { places, groups };
}

async function eachInTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < items.length; first += SENDS_AT_ONCE) {
    await Promise.all(items.slice(first, first + SENDS_AT_ONCE).map(work));
  }
}
