import { describe, expect, test } from "@jest/globals";
import type { Batch } from "./batch.ts";
import { findBatch, type ReadPage } from "./find-batch.ts";
import type { Failure } from "../failures/outcome.ts";

const failure: Failure = { kind: "throttled", code: "http_429", text: "HTTP 429", retryAfterMs: null };

function batch(id: string, reference = `other-${id}`): Batch {
  return { id, client_reference: reference, canceled: false };
}

/** The one that is looked for among several with a reference. */
function isIt({ id }: Batch): boolean {
  return id === "b";
}

type Page = { readonly batches: readonly (Batch | null)[]; readonly count?: number };

/** A provider with these pages, each with its count; after the last one it gives an empty one. */
function provider(...pages: readonly Page[]): { asked: number[]; readPage: ReadPage } {
  const asked: number[] = [];
  return {
    asked,
    readPage: async (index) => {
      asked.push(index);
      const { batches, count = 1_000 } = pages[index] ?? { batches: [] };
      return { kind: "page", page: { batches, count } };
    },
  };
}

describe("findBatch", () => {
  test("takes one look when nobody has the reference", async () => {
    const { asked, readPage } = provider({ batches: [], count: 0 });
    expect(await findBatch("mine", readPage)).toEqual({ kind: "absent" });
    expect(asked).toEqual([0]);
  });

  test("finds the batch on the first page and asks no further", async () => {
    const mine = batch("b", "mine");
    const { asked, readPage } = provider({ batches: [batch("a"), mine, batch("c")] });
    expect(await findBatch("mine", readPage)).toEqual({ kind: "found", batch: mine });
    expect(asked).toEqual([0]);
  });

  test("finds it on a later page", async () => {
    const { asked, readPage } = provider(
      { batches: [batch("a")] },
      { batches: [batch("b")] },
      { batches: [batch("c", "mine")] },
    );
    expect(await findBatch("mine", readPage)).toMatchObject({ kind: "found", batch: { id: "c" } });
    expect(asked).toEqual([0, 1, 2]);
  });

  test("finds it although new batches pushed everything a page further", async () => {
    const { readPage } = provider(
      { batches: [batch("b"), batch("a")], count: 3 },
      { batches: [batch("b"), batch("a")], count: 5 },
      { batches: [batch("m", "mine")], count: 5 },
    );
    expect(await findBatch("mine", readPage)).toMatchObject({ kind: "found", batch: { id: "m" } });
  });

  test.each(["Mine", "mine ", "min", "mine~1", "MINE"])("takes %p for another reference", async (reference) => {
    const { readPage } = provider({ batches: [batch("a", reference), batch("b")], count: 2 });
    expect(await findBatch("mine", readPage)).toEqual({ kind: "absent" });
  });

  describe("where several batches have the reference", () => {
    const [first, second] = [batch("a", "mine"), batch("b", "mine")];

    test.each<[string, Page[]]>([
      ["on one page", [{ batches: [first, second], count: 2 }]],
      ["on pages of their own", [{ batches: [first] }, { batches: [batch("c")] }, { batches: [second] }]],
      ["beside one that cannot be read", [{ batches: [null, first] }, { batches: [second] }]],
    ])("finds the one that is looked for: %s", async (_, pages) => {
      expect(await findBatch("mine", provider(...pages).readPage, isIt)).toEqual({ kind: "found", batch: second });
    });

    test("asks no further once it is found", async () => {
      const { asked, readPage } = provider({ batches: [first] }, { batches: [second] }, { batches: [batch("c")] });
      await findBatch("mine", readPage, isIt);
      expect(asked).toEqual([0, 1]);
    });

    test.each<[string, Page[]]>([
      ["on several pages", [{ batches: [first] }, { batches: [first, batch("m", "mine")] }]],
      ["beside one that cannot be read", [{ batches: [first, null] }, { batches: [batch("m", "mine")] }]],
    ])("gives all of them, newest first, when it is none: %s", async (_, pages) => {
      const finding = await findBatch("mine", provider(...pages).readPage, isIt);
      expect(finding).toEqual({ kind: "others", batches: [first, batch("m", "mine")] });
    });

    test("gives those that it has seen of a list without end", async () => {
      const finding = await findBatch(
        "mine",
        async (page) => ({
          kind: "page",
          page: { batches: [batch(`a${page}`, page < 2 ? "mine" : "other")], count: 9_999 },
        }),
        isIt,
      );
      expect(finding).toEqual({ kind: "others", batches: [batch("a0", "mine"), batch("a1", "mine")] });
    });

    test.each([0, 1])("never takes a failure for others only: page %i", async (failing) => {
      const { readPage } = provider({ batches: [first] }, { batches: [batch("c")] });
      const finding = await findBatch("mine", async (page) => (page === failing ? failure : readPage(page)), isIt);
      expect(finding).toEqual({ kind: "unasked", failure });
    });
  });

  test("takes a canceled batch for what it is: found", async () => {
    const { readPage } = provider({ batches: [{ ...batch("a", "mine"), canceled: true }] });
    expect(await findBatch("mine", readPage)).toMatchObject({ kind: "found", batch: { canceled: true } });
  });

  test.each([0, 1, 2])("is not stopped by a count that is too small: %i", async (count) => {
    const { readPage } = provider(
      { batches: [batch("a"), batch("b")], count },
      { batches: [batch("c", "mine")], count },
    );
    expect(await findBatch("mine", readPage)).toMatchObject({ kind: "found", batch: { id: "c" } });
  });

  test("stops at an empty page, whatever the count says", async () => {
    const { asked, readPage } = provider({ batches: [batch("a")], count: 500 });
    expect(await findBatch("mine", readPage)).toEqual({ kind: "absent" });
    expect(asked).toEqual([0, 1]);
  });

  test("ends with a provider that gives the same page for ever", async () => {
    const asked: number[] = [];
    const readPage: ReadPage = async (index) => {
      asked.push(index);
      return { kind: "page", page: { batches: [batch("a"), batch("b")], count: 2 } };
    };
    expect(await findBatch("mine", readPage)).toEqual({ kind: "absent" });
    expect(asked).toEqual([0, 1]);
  });

  test.each([0, 1, 2])("never takes a failure for an absence: page %i", async (failing) => {
    const { readPage } = provider({ batches: [batch("a")] }, { batches: [batch("b")] }, { batches: [batch("c")] });
    const finding = await findBatch("mine", async (page) => (page === failing ? failure : readPage(page)));
    expect(finding).toEqual({ kind: "unasked", failure });
  });

  describe("does not know whose a listed batch is, and does not call that an absence,", () => {
    const unclear = { kind: "unclear", failure: { kind: "unknown", code: "no_reference" } };

    test.each<[string, Batch | null]>([
      ["that has no reference", { id: "x", canceled: false }],
      ["whose reference is empty", batch("x", "")],
      ["that cannot be read", null],
    ])("%s, on whatever page it stands", async (_, stranger) => {
      for (const pages of [
        [{ batches: [stranger], count: 1 }],
        [{ batches: [stranger], count: 0 }],
        [{ batches: [batch("a"), stranger, batch("b")], count: 3 }],
        [{ batches: [stranger] }, { batches: [batch("a")] }, { batches: [batch("b")] }],
        [{ batches: [batch("a")] }, { batches: [stranger] }, { batches: [batch("b")] }],
        [{ batches: [batch("a")] }, { batches: [batch("b")] }, { batches: [stranger] }],
      ]) {
        expect(await findBatch("mine", provider(...pages).readPage)).toMatchObject(unclear);
      }
    });

    test.each<[string, Page[]]>([
      ["before it on its page", [{ batches: [{ id: "x", canceled: false }, batch("m", "mine")] }]],
      ["behind it on its page", [{ batches: [batch("m", "mine"), null] }]],
      ["a page before it", [{ batches: [null] }, { batches: [batch("m", "mine")] }]],
    ])("unless the batch is found: it stands %s", async (_, pages) => {
      expect(await findBatch("mine", provider(...pages).readPage)).toMatchObject({ kind: "found", batch: { id: "m" } });
    });

    test.each<[string, Batch | null]>([
      ["one", { id: "x", canceled: false }],
      ["that cannot be read", null],
    ])("and asks no further where the same page comes again: %s", async (_, stranger) => {
      const asked: number[] = [];
      const readPage: ReadPage = async (index) => {
        asked.push(index);
        return { kind: "page", page: { batches: [stranger], count: 7 } };
      };
      expect(await findBatch("mine", readPage)).toMatchObject(unclear);
      expect(asked).toEqual([0, 1]);
    });
  });

  test("does not call it an absence when matches are counted and none is shown", async () => {
    expect(await findBatch("mine", provider({ batches: [], count: 1 }).readPage)).toMatchObject({
      kind: "unclear",
      failure: { code: "count_without_batches" },
    });
  });

  test.each<[string, Failure, string]>([
    ["an answer that is longer than is read", { kind: "unknown", code: "answer_too_large", text: "" }, "unclear"],
    ["an answer that did not come", { kind: "unknown", code: "timeout", text: "" }, "unasked"],
    ["a refusal of that name", { kind: "rejected", status: 400, code: "answer_too_large", text: "" }, "unasked"],
  ])("tells what the provider said from what nobody said: %s", async (_, said, kind) => {
    for (const failing of [0, 1]) {
      const { readPage } = provider({ batches: [batch("a")] });
      const finding = await findBatch("mine", async (page) => (page === failing ? said : readPage(page)));
      expect(finding).toMatchObject({ kind, failure: { code: said.code } });
    }
  });

  test("gives up on a list without end, and does not call it an absence", async () => {
    const asked: number[] = [];
    const readPage: ReadPage = async (index) => {
      asked.push(index);
      return { kind: "page", page: { batches: [batch(String(index))], count: 1_000_000 } };
    };
    expect(await findBatch("mine", readPage)).toMatchObject({ kind: "unasked", failure: { code: "list_too_long" } });
    expect(asked).toHaveLength(100);
  });
});
