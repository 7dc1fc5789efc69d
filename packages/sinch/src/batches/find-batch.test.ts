import { describe, expect, test } from "@jest/globals";
import type { Batch } from "./batch.ts";
import { findBatch, type ReadPage } from "./find-batch.ts";
import type { Failure } from "../failures/outcome.ts";

const failure: Failure = { kind: "throttled", code: "http_429", text: "HTTP 429", retryAfterMs: null };

function batch(id: string, reference: string | undefined = `other-${id}`): Batch {
  return { id, client_reference: reference, canceled: false };
}

/** A provider with these pages, each with its count; after the last one it gives an empty one. */
function provider(...pages: readonly { batches: Batch[]; count?: number }[]): { asked: number[]; readPage: ReadPage } {
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
    const { readPage } = provider({ batches: [batch("a", reference), batch("b", undefined)], count: 2 });
    expect(await findBatch("mine", readPage)).toEqual({ kind: "absent" });
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
