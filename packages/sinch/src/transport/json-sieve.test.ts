import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createJsonSieve } from "./json-sieve.ts";

/** What is left of a text that comes in pieces of so many bytes. */
function sift(json: string, pieceBytes = json.length): string {
  const sieve = createJsonSieve("drop");
  const bytes = Buffer.from(json);
  const left: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += pieceBytes) left.push(sieve(bytes.subarray(from, from + pieceBytes)));
  return Buffer.concat(left).toString();
}

/** The same by a parser. */
function without(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) => (key === "drop" && typeof each === "object" ? null : each)),
  );
}

const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("drop", '"drop":{', 'drop":', "\\", '\\"', "{", "]}", 0, -1.5, true, null),
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("drop", "drops", "dro", "Drop", "a", ""), tie("tree"), { maxKeys: 4 }),
  ),
}));

describe("the sieve", () => {
  test("leaves what a parser would leave, in whatever pieces it comes and however it is set", () => {
    fc.assert(
      fc.property(
        tree,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(0, 1, "\t", "\r\n "),
        (value, pieces, space) => {
          const json = JSON.stringify(value, null, space);
          expect(JSON.parse(sift(json, pieces))).toEqual(without(value));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['{"drop":{"a":[1,{"b":"}"}]},"id":"x"}', '{"drop":null,"id":"x"}'],
    ['{"drop" : [ ] }', '{"drop" : null }'],
    ['{"drop":"text","drop":7}', '{"drop":"text","drop":7}'],
    ['["drop",{"a":1}]', '["drop",{"a":1}]'],
    ['{"a":"drop","b":{}}', '{"a":"drop","b":{}}'],
    ['{"\\u0064rop":{"a":1}}', '{"\\u0064rop":{"a":1}}'],
    ['{"a":{"drop":{}}}{"drop":{}}', '{"a":{"drop":null}}{"drop":null}'],
    ['{"drop":{"a":"\\\\"},"b":"\\""}', '{"drop":null,"b":"\\""}'],
    ["<html>no JSON</html>", "<html>no JSON</html>"],
    ['{"drop":{"never":"en', '{"drop":null'],
    ["", ""],
  ])("makes of %s: %s", (json, left) => {
    expect(sift(json)).toBe(left);
    expect(sift(json, 1)).toBe(left);
  });
});
