import { afterAll, expect, it } from "@jest/globals";
import { DEFAULT_PREFIX } from "@volley/contract";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { numbers, slowly, STAGED_MESSAGE } from "../../../../test/staging-rig.ts";
import { enqueueSend } from "../enqueue/enqueue.ts";
import { createFilterPool, type FilterPool } from "./filter-pool.ts";
import { createQueueAccess } from "../redis/queue-access.ts";
import type { RecipientSource } from "./recipient-source.ts";
import { createRedisBudget } from "../redis/redis-budget.ts";
import { createRedisLink } from "../redis/redis-link.ts";
import { createSeenFilter, type SeenFilter } from "./seen-filter.ts";
import { createServedRegions } from "../region/served-regions.ts";

const MIB = 1_024 * 1_024;

const prefix = ownPrefix();

afterAll(async () => dropPrefix(prefix));

/** A filter that passes for one of that size. */
function small(bytes: number): SeenFilter {
  return { ...createSeenFilter(64), bytes };
}

it("uses one filter after another list has given it back, empty", () => {
  let created = 0;
  const filters = createFilterPool((bytes) => {
    created += 1;
    return small(bytes);
  });
  const isNew = new Uint8Array(1);
  for (let list = 0; list < 3; list += 1) {
    const filter = filters.take(null);
    filter.add("46701234567", isNew);
    expect(isNew).toEqual(Uint8Array.of(1));
    filters.giveBack(filter);
  }
  expect(created).toBe(1);
});

it("never gives one filter to two lists at once", () => {
  const filters = createFilterPool(small);
  expect(filters.take(null)).not.toBe(filters.take(null));
});

it.each([
  [10_001, MIB / 4],
  [65_536, MIB / 4],
  [65_537, MIB / 2],
  [1_000_000, 4 * MIB],
  [8_388_608, 32 * MIB],
  [100_000_000, 32 * MIB],
  [null, 32 * MIB],
])("fits a filter to a list of %s", (recipients, bytes) => {
  expect(createFilterPool(small).take(recipients).bytes).toBe(bytes);
});

it("gives lists that come together less and less, and is whole again when they have ended", () => {
  const filters = createFilterPool(small);
  for (let round = 0; round < 3; round += 1) {
    const taken = Array.from({ length: 100 }, () => filters.take(null));
    expect(taken.slice(0, 6).map(({ bytes }) => bytes / MIB)).toEqual([32, 32, 32, 16, 8, 4]);
    expect(sumOf(taken)).toBeLessThanOrEqual(128 * MIB + taken.length * (MIB / 4));
    for (const filter of taken) filters.giveBack(filter);
  }
});

it("counts the filter that is kept", () => {
  const filters = createFilterPool(small);
  const [first, second] = [filters.take(null), filters.take(null)];
  filters.giveBack(first);
  filters.giveBack(second);
  const lists = Array.from({ length: 10 }, () => filters.take(4_000_000));
  expect(sumOf(lists)).toBeLessThanOrEqual(96 * MIB + lists.length * (MIB / 4));
});

function sumOf(filters: readonly SeenFilter[]): number {
  return filters.reduce((sum, { bytes }) => sum + bytes, 0);
}

it.each<[string, (entries: Iterable<string>) => RecipientSource]>([
  ["arrays", (entries) => [...entries]],
  ["streams", (entries) => slowly([[...entries]])],
])("takes forty long lists at once in bounded memory: %s", async (kind, sourceOf) => {
  const watched = watchedPool();
  const link = createRedisLink(testRedisUrl(), 60_000);
  const access = createQueueAccess(link, prefix);
  const context = {
    ...access,
    rememberMs: 60_000,
    rememberKeys: 1_000,
    stageTtlMs: 60_000,
    budget: createRedisBudget(link, DEFAULT_PREFIX, undefined),
    served: createServedRegions(link, { prefix, leadMs: 0 }),
    filters: watched.filters,
    now: () => new Date(),
  };
  const lists = Array.from({ length: 40 }, async (_, list) => {
    const send = { ...STAGED_MESSAGE, to: sourceOf(numbers(10_200)) };
    return enqueueSend(context, send, { region: "eu", idempotencyKey: `${kind}-${list}` });
  });
  const enqueued = await Promise.all(lists);
  await access.close();
  expect(enqueued.map(({ recipients }) => recipients.valid)).toEqual(Array(40).fill(10_200));
  expect(watched.most().filters).toBeGreaterThanOrEqual(20);
  expect(watched.most().bytes).toBeLessThanOrEqual(160 * MIB);
});

/** A pool that says how many filters were in use at once, and what they took. */
function watchedPool(): { filters: FilterPool; most: () => { filters: number; bytes: number } } {
  const pool = createFilterPool();
  const inUse = new Set<SeenFilter>();
  let most = { filters: 0, bytes: 0 };
  return {
    filters: {
      take: (recipients) => {
        const filter = pool.take(recipients);
        inUse.add(filter);
        most = { filters: Math.max(most.filters, inUse.size), bytes: Math.max(most.bytes, sumOf([...inUse])) };
        return filter;
      },
      giveBack: (filter) => {
        inUse.delete(filter);
        pool.giveBack(filter);
      },
    },
    most: () => most,
  };
}
