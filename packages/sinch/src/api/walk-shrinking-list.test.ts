import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Entry, type Read, pageOf, walk } from "../../test/walked-list.ts";
import { walkList } from "./walk-list.ts";

/** What happens to a list between two reads: so many new entries at its head, and removals, as parts of its length. */
type Change = { readonly added: number; readonly removed: readonly number[] };

/** A provider whose list gets longer and shorter while it is read. */
type Churn = { readonly start: number; readonly perPage: number; readonly changes: readonly Change[] };

const churning: fc.Arbitrary<Churn> = fc.record({
  start: fc.integer({ min: 0, max: 60 }),
  perPage: fc.integer({ min: 1, max: 10 }),
  changes: fc.array(
    fc.record({
      added: fc.integer({ min: 0, max: 3 }),
      removed: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 12 }),
    }),
    { maxLength: 30 },
  ),
});

type CountOf = (list: { readonly length: number; readonly onPage: number }) => number | undefined;

const total: CountOf = ({ length }) => length;

/** The list as it is after the last read, and its provider. */
function churn({ start, perPage, changes }: Churn, countOf: CountOf = total): { list: string[]; readPage: Read } {
  const list = Array.from({ length: start }, (_, index) => `old-${index}`);
  let reads = 0;
  const readPage: Read = async (page) => {
    const ids = list.slice(page * perPage, (page + 1) * perPage);
    const answer = pageOf(ids, countOf({ length: list.length, onPage: ids.length }));
    const { added, removed } = changes[reads] ?? { added: 0, removed: [] };
    for (const part of removed) list.splice(Math.floor(part * list.length), 1);
    for (let index = 0; index < added; index += 1) list.unshift(`new-${reads}-${index}`);
    reads += 1;
    return answer;
  };
  return { list, readPage };
}

/** Those that were there at the start. */
function old(ids: readonly string[]): string[] {
  return ids.filter((id) => id.startsWith("old-"));
}

/** Those that are still there and were not given. */
function missing(given: readonly string[], list: readonly string[]): string[] {
  const ids = new Set(given);
  return list.filter((id) => !ids.has(id));
}

/** A list whose entries somebody removes as they come, as `all` and `delete` do together. */
async function removeAll(length: number, perPage: number, countOf: CountOf = total): Promise<[string[], number]> {
  const { list, readPage } = churn({ start: length, perPage, changes: [] }, countOf);
  const given: string[] = [];
  let reads = 0;
  const counted: Read = async (page) => {
    reads += 1;
    return readPage(page);
  };
  for await (const entry of walkList({
    readPage: counted,
    keyOf: ({ id }: Entry) => id,
    firstPage: 0,
    pageSize: perPage,
  })) {
    given.push(entry.kind === "ok" ? entry.value.id : entry.code);
    if (entry.kind === "ok") list.splice(list.indexOf(entry.value.id), 1);
  }
  return [given, reads];
}

describe("walkList, over a list that gets shorter,", () => {
  test("gives each entry once that stays, in its order, while others come and go", async () => {
    await fc.assert(
      fc.asyncProperty(churning, async (example) => {
        const { list, readPage } = churn(example);
        const { ids, failures } = await walk(readPage, example.perPage);
        expect(new Set(ids).size).toBe(ids.length);
        expect(old(ids)).toEqual(old(ids).toSorted((one, other) => Number(one.slice(4)) - Number(other.slice(4))));
        // Where as many come as a page holds, the list may move as fast as it is read.
        const isOutrun = example.changes.some(({ added }) => added >= example.perPage);
        if (isOutrun && failures.length > 0) return;
        expect(failures).toEqual([]);
        expect(missing(ids, old(list))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([0, 1, 99, 100, 101, 199, 200, 250, 1_000])(
    "gives all of %i entries that go as they come",
    async (length) => {
      const [given, reads] = await removeAll(length, 100);
      expect(given).toEqual(Array.from({ length }, (_, index) => `old-${index}`));
      expect(reads).toBeLessThanOrEqual(2 * Math.ceil(length / 100) + 1);
    },
  );

  test("gives all of them where a page after the last one says that there are none at all", async () => {
    const [given] = await removeAll(250, 100, ({ length, onPage }) => (onPage === 0 ? 0 : length));
    expect(given).toHaveLength(250);
  });

  test("goes on where another removes many pages at once, before the walk or behind it", async () => {
    for (const from of [0, 2_500]) {
      const list = Array.from({ length: 5_000 }, (_, index) => `old-${index}`);
      let reads = 0;
      const found = await walk(async (page) => {
        reads += 1;
        if (reads === 21) list.splice(from, 2_000);
        return pageOf(list.slice(page * 100, (page + 1) * 100), list.length);
      }, 100);
      expect(found.failures).toEqual([]);
      expect(missing(found.ids, list)).toEqual([]);
      expect(new Set(found.ids).size).toBe(found.ids.length);
    }
  });

  test("does not take the end for it before it has looked whether entries slipped past", async () => {
    const pages = [
      [pageOf(["a", "b"], 5)],
      // Two of them are gone, and what was on this page has moved to the first one.
      [pageOf(["e"], 3), pageOf(["e"], 3)],
    ];
    const asked: number[] = [];
    const found = await walk(async (page) => {
      asked.push(page);
      return asked.length === 3 ? pageOf(["c", "d"], 3) : (pages[page]?.shift() ?? pageOf([], 3));
    });
    expect(found).toEqual({ ids: ["a", "b", "c", "d", "e"], failures: [] });
    expect(asked).toEqual([0, 1, 0, 1]);
  });

  test("does not go back before the page that it began with", async () => {
    const asked: number[] = [];
    const found = await walk(
      async (page) => {
        asked.push(page);
        return asked.length === 1 ? pageOf(["g", "h"], 20) : pageOf(page === 3 ? ["k"] : [], 7);
      },
      2,
      3,
    );
    expect(found).toEqual({ ids: ["g", "h", "k"], failures: [] });
    expect(asked).toEqual([3, 4, 3, 4]);
  });

  test.each<[string, CountOf]>([
    ["the number on the page", ({ onPage }) => onPage],
    ["none on the page after the last one", ({ length, onPage }) => (onPage === 0 ? 0 : length)],
    ["none at all", () => undefined],
  ])("reads a list that nobody changes to its end where its count is %s", async (_, countOf) => {
    for (const start of [0, 1, 2, 3, 4, 5, 6, 20]) {
      const { list, readPage } = churn({ start, perPage: 2, changes: [] }, countOf);
      expect(await walk(readPage)).toEqual({ ids: list, failures: [] });
    }
  });

  test("gives up, and says so, where a list gets shorter whenever it is read", async () => {
    let reads = 0;
    const found = await walk(async (page) => {
      reads += 1;
      return pageOf([`${page}-a`, `${page}-b`], 1_000_000 - reads);
    });
    expect(found).toEqual({ ids: ["0-a", "0-b"], failures: ["list_too_long"] });
    expect(reads).toBeLessThan(300);
  });

  test("ends where all that it reads is new and all that it has read is gone", async () => {
    let reads = 0;
    const found = await walk(async () => {
      reads += 1;
      return pageOf(reads % 2 === 0 ? [] : [`${reads}-a`, `${reads}-b`], reads % 2 === 0 ? 1 : 1_000);
    });
    expect(found.failures).toEqual(["list_too_long"]);
    expect(reads).toBe(30_000);
  });
});
