import { isGroup } from "@volley/contract";
import { orderOf } from "./order-of.ts";
import { DIGEST_BYTES, type OwnDigest, type TextPage } from "./own-digest.ts";

/** Recipients of a list, sorted by their numbers, each with the digest of what is theirs. */
export type TraceChunk = {
  readonly count: number;
  /** The number at a place of the order, from 0. */
  readonly numberAt: (place: number) => number;
  /** Where in {@link TraceChunk.digests} its digest begins. */
  readonly digestAt: (place: number) => number;
  /** Empty where nothing is a recipient's own. */
  readonly digests: Buffer;
  /** How many numbers stood in the list before that one, in those before the chunk too. */
  readonly ordinalAt: (place: number) => number;
  /** The first place whose number is not below that one. */
  readonly placeOf: (number: number) => number;
  /** Groups of the chunk with their digests; they have no number, and are few. */
  readonly groups: ReadonlyMap<string, Buffer>;
};

/** 12 MB, and half of that where nothing is a recipient's own. */
const MOST_NUMBERS = 1 << 19;

/** Groups are kept one by one. */
const MOST_GROUPS = 10_000;

/** A list that can be read as often as needed. */
export type TracedList = {
  /** How many recipients are in it. */
  readonly size: number;
  readonly pages: () => Iterable<TextPage> | AsyncIterable<TextPage>;
};

/** Sorts recipients into chunks, each of which is good until the next one: all are in the same memory. */
export type ChunkBuilder = {
  /** @returns the chunks that are full by then */
  readonly add: (page: TextPage) => Iterable<TraceChunk>;
  /** @returns what is left */
  readonly end: () => Iterable<TraceChunk>;
};

/**
 * Creates a builder of chunks of at most half a million recipients.
 *
 * @param size - how many recipients there will be at the most
 * @param digestOf - `null` where nothing is a recipient's own
 */
export function createChunkBuilder(
  size: number,
  digestOf: OwnDigest | null,
  mostNumbers: number = MOST_NUMBERS,
): ChunkBuilder {
  const most = Math.min(size, mostNumbers);
  const numbers = new Float64Array(most);
  const digests = Buffer.allocUnsafe(digestOf ? most * DIGEST_BYTES : 0);
  let groups = new Map<string, Buffer>();
  let [before, count] = [0, 0];
  const take = (): TraceChunk => {
    const chunk = chunkOf({ numbers, digests, count, before, groups });
    before += count;
    count = 0;
    groups = new Map();
    return chunk;
  };
  return {
    *add(page) {
      for (const recipient of page.recipients) {
        if (isGroup(recipient)) {
          const digest = Buffer.alloc(digestOf ? DIGEST_BYTES : 0);
          digestOf?.(recipient, page, digest, 0);
          groups.set(recipient, digest);
        } else {
          numbers[count] = Number(recipient);
          digestOf?.(recipient, page, digests, count * DIGEST_BYTES);
          count += 1;
        }
        if (count === mostNumbers || groups.size === MOST_GROUPS) yield take();
      }
    },
    *end() {
      if (count > 0 || groups.size > 0) yield take();
    },
  };
}

/** Reads a list in chunks, however long it is. */
export async function* chunksOf(
  { size, pages }: TracedList,
  digestOf: OwnDigest | null,
  mostNumbers?: number,
): AsyncGenerator<TraceChunk> {
  const builder = createChunkBuilder(size, digestOf, mostNumbers);
  for await (const page of pages()) yield* builder.add(page);
  yield* builder.end();
}

function chunkOf({
  numbers,
  digests,
  count,
  before,
  groups,
}: Pick<TraceChunk, "digests" | "count" | "groups"> & {
  readonly numbers: Float64Array;
  readonly before: number;
}): TraceChunk {
  const order = orderOf(numbers, count);
  const numberAt = (place: number): number => numbers[order[place] ?? 0] ?? 0;
  return {
    count,
    numberAt,
    digestAt: (place) => (order[place] ?? 0) * DIGEST_BYTES,
    digests,
    ordinalAt: (place) => before + (order[place] ?? 0),
    placeOf: (number) => {
      let [low, high] = [0, count];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (numberAt(middle) < number) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    groups,
  };
}
