import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { ACCEPTED_BATCH } from "./accepted-batch.ts";
import { BATCH, BATCH_PAGE } from "./batch.ts";

const { read: readBatch } = BATCH;
const { read: readBatchPage } = BATCH_PAGE;

const full = {
  id: "01HEAWCHESCXG8SDG5R10VF8E1",
  to: ["12017777777"],
  canceled: false,
  created_at: "2023-11-03T15:21:21.113Z",
  client_reference: "a~b",
  a_field_of_tomorrow: { x: [1] },
};

describe("readBatch", () => {
  test("keeps fields that nobody knows yet", () => {
    expect(readBatch(JSON.stringify(full))).toEqual(full);
  });

  test.each([
    ["an ID alone", { id: "5Z8QsIRsk86f-jHB" }, { id: "5Z8QsIRsk86f-jHB", canceled: false }],
    ["canceled as an old sample has it", { id: "a", canceled: "False" }, { id: "a", canceled: false }],
    ["canceled in words", { id: "a", canceled: "True" }, { id: "a", canceled: true }],
    ["canceled", { id: "a", canceled: true }, { id: "a", canceled: true }],
    ["canceled as nothing", { id: "a", canceled: null }, { id: "a", canceled: false }],
    ["a reference that is none", { id: "a", client_reference: 5 }, { id: "a", canceled: false }],
    ["a time that is none", { id: "a", created_at: null }, { id: "a", canceled: false }],
  ])("relies on nothing but the ID: %s", (_, body, expected) => {
    const batch = readBatch(JSON.stringify(body));
    expect(JSON.parse(JSON.stringify(batch))).toEqual(expected);
  });

  test.each([
    ["nothing", ""],
    ["HTML", "<html></html>"],
    ["JSON that was cut off", '{"id": "01HEAWCHESCXG8SD'],
    ["a batch without an ID", '{"to": []}'],
    ["an empty ID", '{"id": ""}'],
    ["an ID that is no text", '{"id": 17}'],
    ["a list", '[{"id": "a"}]'],
    ["null", "null"],
    ["a text", '"01HEAWCHESCXG8SDG5R10VF8E1"'],
  ])("finds no batch in %s", (_, body) => {
    expect(readBatch(body)).toBeNull();
  });
});

describe("readBatchPage", () => {
  test("reads a count that old samples write as a text", () => {
    expect(readBatchPage(JSON.stringify({ batches: [], count: "3" }))).toMatchObject({ count: 3 });
  });

  test("reads a page and the empty one after the last", () => {
    expect(readBatchPage(JSON.stringify({ count: 1, page: 0, page_size: 1, batches: [full] }))).toEqual({
      count: 1,
      page: 0,
      page_size: 1,
      batches: [full],
    });
    expect(readBatchPage('{"count": 1, "page": 1, "page_size": 0, "batches": []}')?.batches).toEqual([]);
  });

  test.each([{}, { count: "three" }, { count: null }])("counts 0 where there is no count: %p", (fields) => {
    expect(readBatchPage(JSON.stringify({ batches: [], ...fields }))).toMatchObject({ count: 0, batches: [] });
  });

  test.each([
    ["an empty object", "{}"],
    ["batches that are no list", '{"batches": {}}'],
    ["a batch that has no ID", '{"batches": [{"client_reference": "a"}]}'],
    ["a bare list", "[]"],
    ["HTML", "<html></html>"],
    ["nothing", ""],
  ])("finds no page in %s, so that it is never taken for an empty one", (_, body) => {
    expect(readBatchPage(body)).toBeNull();
  });
});

describe("what is read of an accepted batch", () => {
  test("is what its whole answer says, whatever stands in its list, its text and its values", () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^["\\[\]{},:a]*$/),
      fc.constantFrom('"to":["1"]', '],"id":"2'),
    );
    const list = fc.array(fc.oneof(text, fc.constant("46701234567")));
    const answer = fc.record({ id: text, to: list, body: text, parameters: fc.record({ to: list }), created_at: text });
    const keys = fc.shuffledSubarray(["id", "to", "body", "parameters", "created_at"] as const, { minLength: 3 });
    fc.assert(
      fc.property(answer, keys, fc.nat(2), (batch, order, indent) => {
        const body = JSON.stringify(Object.fromEntries(order.map((key) => [key, batch[key]])), null, indent);
        const { id = "", created_at = null } = JSON.parse(body) as { id?: string; created_at?: string };
        expect(ACCEPTED_BATCH.read(body)).toEqual(id === "" ? null : { id, created_at });
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(["", "<html>", '{"id":"1"', '{"to":["1"]', '{"to":["1","id":"2"}', '["to"]'])(
    "is nothing in %j",
    (body) => {
      expect(ACCEPTED_BATCH.read(body)).toBeNull();
    },
  );
});
