import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Entry, type Read, pageOf, walk } from "../../test/walked-list.ts";
import { walkList } from "./walk-list.ts";

/** A provider whose list grows at its head while it is read, and which may give smaller pages than it is asked for. */
type Growth = { readonly start: number; readonly perPage: number; readonly cap: number; readonly growth: number[] };

const growing: fc.Arbitrary<Growth> = fc.record({
  start: fc.integer({ min: 0, max: 60 }),
  perPage: fc.integer({ min: 1, max: 10 }),
  cap: fc.integer({ min: 1, max: 10 }),
  growth: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 30 }),
});

function grow({ start, perPage, cap, growth }: Growth, countOf: (length: number) => number | undefined): Read {
  const list = Array.from({ length: start }, (_, index) => `old-${index}`);
  let reads = 0;
  return async (page) => {
    const size = Math.min(perPage, cap);
    const answer = pageOf(list.slice(page * size, (page + 1) * size), countOf(list.length));
    for (let index = 0; index < (growth[reads] ?? 0); index += 1) list.unshift(`new-${reads}-${index}`);
    reads += 1;
    return answer;
  };
}

/** `null` when each entry came once and all that were there at the start, or the list grew faster than it was read. */
function troubleOf({ start }: Growth, { ids, failures }: Awaited<ReturnType<typeof walk>>): string | null {
  if (new Set(ids).size < ids.length) return "an entry came twice";
  if (failures.length > 0) return failures.join() === "list_too_long" ? null : failures.join();
  return ids.filter((id) => id.startsWith("old-")).length === start ? null : "an entry was passed over";
}

describe("walkList", () => {
  test("gives each entry of a growing list once, and passes none over that was there at the start", async () => {
    await fc.assert(
      fc.asyncProperty(growing, async (list) => {
        const found = await walk(
          grow(list, (length) => length),
          list.perPage,
        );
        expect(troubleOf(list, found)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, (length: number) => number | undefined]>([
    ["none", () => undefined],
    ["zero", () => 0],
    ["one that is too large", (length) => length + 7],
    ["one that lags behind", (length) => Math.floor(length / 2)],
  ])("is not misled by a count: %s", async (_, countOf) => {
    await fc.assert(
      fc.asyncProperty(growing, async (list) => {
        // Full pages: a short page together with a count that is too small looks like the end.
        const found = await walk(grow({ ...list, cap: list.perPage }, countOf), list.perPage);
        expect(troubleOf(list, found)).toBeNull();
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    ["nothing", [[]], [], 1],
    ["a page that is not full, and the count agrees", [["a"]], ["a"], 1],
    ["a full page", [["a", "b"]], ["a", "b"], 2],
    ["a page and a half", [["a", "b"], ["c"]], ["a", "b", "c"], 2],
  ])("ends after %s", async (_, pages, ids, reads) => {
    let asked = 0;
    const found = await walk(async (page) => {
      asked += 1;
      return pageOf(pages[page] ?? [], pages.flat().length);
    });
    expect({ ...found, asked }).toEqual({ ids, failures: [], asked: reads });
  });

  test.each<[string, (number | undefined)[]]>([
    ["every page", [0, 0, 0, 0]],
    ["the first page", [0, 5, 5, 5]],
    ["a page in the middle", [5, 0, 5, 5]],
    ["the last page, which is not full", [5, 5, 0, 5]],
    ["some and none on others", [undefined, 0, undefined, 0]],
    ["a negative one", [-1, -1, -1, -1]],
  ])("does not take a count of 0 beside entries for the end: %s", async (_, counts) => {
    const pages = [["a", "b"], ["c", "d"], ["e"]];
    const asked: number[] = [];
    const found = await walk(async (page) => {
      asked.push(page);
      return pageOf(pages[page] ?? [], counts[page]);
    });
    expect(found).toEqual({ ids: ["a", "b", "c", "d", "e"], failures: [] });
    expect(asked.slice(0, 3)).toEqual([0, 1, 2]);
  });

  test("reads on after a page that is not full, in the middle of the list, with a count of 0", async () => {
    const pages = [["a"], ["b", "c"], ["d"]];
    expect(await walk(async (page) => pageOf(pages[page] ?? [], 0))).toEqual({
      ids: ["a", "b", "c", "d"],
      failures: [],
    });
  });

  test("reads on after a page in the middle that brings nothing new", async () => {
    const pages = [["a", "b"], ["b", "a"], ["c", "d"], ["d"]];
    expect(await walk(async (page) => pageOf(pages[page] ?? [], 4))).toEqual({
      ids: ["a", "b", "c", "d"],
      failures: [],
    });
  });

  test("begins where it is told to", async () => {
    const asked: number[] = [];
    const readPage: Read = async (page) => {
      asked.push(page);
      return pageOf(page === 3 ? ["g", "h"] : [], 8);
    };
    expect(await walk(readPage, 2, 3)).toEqual({ ids: ["g", "h"], failures: [] });
    expect(asked).toEqual([3, 4]);
  });

  test.each([
    ["as many were seen as there are from there on", 7, [3]],
    ["fewer were seen", 8, [3, 4]],
  ])("ends with a page that is not full where %s", async (_, count, reads) => {
    const asked: number[] = [];
    const readPage: Read = async (page) => {
      asked.push(page);
      return pageOf(page === 3 ? ["g"] : [], count);
    };
    expect(await walk(readPage, 2, 3)).toEqual({ ids: ["g"], failures: [] });
    expect(asked).toEqual(reads);
  });

  test("gives a failure as the last entry", async () => {
    const failure = { kind: "throttled", code: "http_429", text: "", retryAfterMs: 7 } as const;
    expect(await walk(async (page) => (page === 1 ? failure : pageOf(["a", "b"], 4)))).toEqual({
      ids: ["a", "b"],
      failures: ["http_429"],
    });
  });

  test("does not read a provider that knows no pages for ever", async () => {
    let asked = 0;
    const found = await walk(async () => {
      asked += 1;
      return pageOf(["a", "b"], 1_000_000);
    });
    expect({ ...found, asked }).toEqual({ ids: ["a", "b"], failures: ["list_too_long"], asked: 11 });
  });

  test("does not read a list without end to its end", async () => {
    const found = await walk(async (page) => pageOf([`${page}-a`, `${page}-b`]));
    expect([found.ids.length, found.failures]).toEqual([20_000, ["list_too_long"]]);
  });

  test("reads no page before somebody wants its entries", async () => {
    const asked: number[] = [];
    const readPage: Read = async (page) => {
      asked.push(page);
      return pageOf([`${page}-a`, `${page}-b`]);
    };
    for await (const entry of walkList({ readPage, keyOf: ({ id }: Entry) => id, firstPage: 0, pageSize: 2 })) {
      if (entry.kind === "ok" && entry.value.id === "1-a") break;
    }
    expect(asked).toEqual([0, 1]);
  });
});
