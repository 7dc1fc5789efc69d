import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { packPiece, readPiece, withPieceParameters } from "./staged-piece.ts";

const recipients = ["46701234567", "01HEAWCHESCXG8SDG5R10VF8E1", "46707654321"];

test("a piece without parameters takes as much room as its recipients", () => {
  const text = packPiece({ recipients, parameters: new Map() });
  expect(text).toBe(recipients.join(","));
  expect(readPiece(text)).toEqual({ recipients, parameters: new Map() });
});

/** What may be a placeholder; `__proto__` is refused before anything is staged. */
const placeholder = fc.stringMatching(/^[\w.-]{1,16}$/).filter((key) => key !== "__proto__");

test("a piece is read as it was packed, whatever the values are", () => {
  const values = fc.array(fc.option(fc.string({ unit: "binary" })), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.dictionary(placeholder, values, { maxKeys: 4 }), (columns) => {
      const parameters = new Map(
        Object.entries(columns).map(([key, ofKey]) => [
          key,
          new Map(
            recipients.flatMap((recipient, index) =>
              typeof ofKey[index] === "string" ? [[recipient, ofKey[index]]] : [],
            ),
          ),
        ]),
      );
      expect(readPiece(packPiece({ recipients, parameters }))).toEqual({ recipients, parameters });
    }),
  );
});

test("a piece keeps the values of members of a group beside those of its recipients", () => {
  const parameters = new Map([
    [
      "name",
      new Map([
        ["46701234567", "Ann"],
        ["46709999999", "a member"],
      ]),
    ],
    ["code", new Map([["46709999998", "17"]])],
  ]);
  expect(readPiece(packPiece({ recipients, parameters }))).toEqual({ recipients, parameters });
});

test.each(["", "{", '{"to":"1"}', '{"to":1,"parameters":{}}', '{"to":"1","parameters":{"a":[1]}}'])(
  "%j is no piece",
  (text) => {
    expect(readPiece(text)).toBeNull();
  },
);

test("what the send has for everybody is kept beside what is a recipient's own", () => {
  const common = new Map([["name", new Map([["default", "there"]])]]);
  const own = new Map([
    ["name", new Map([["46701234567", "Ann"]])],
    ["code", new Map([["46701234567", "17"]])],
  ]);
  expect(withPieceParameters(common, own)).toEqual(
    new Map([
      [
        "name",
        new Map([
          ["default", "there"],
          ["46701234567", "Ann"],
        ]),
      ],
      ["code", new Map([["46701234567", "17"]])],
    ]),
  );
  expect(withPieceParameters(common, new Map())).toBe(common);
});

test("a recipient's own value goes before the one that the send lists for them", () => {
  const common = new Map([
    [
      "name",
      new Map([
        ["46701234567", "listed"],
        ["default", "there"],
      ]),
    ],
  ]);
  const own = new Map([["name", new Map([["46701234567", "own"]])]]);
  expect([...(withPieceParameters(common, own).get("name") ?? [])]).toEqual([
    ["46701234567", "own"],
    ["default", "there"],
  ]);
});

test("values stand in Redis in the order of the recipients, whatever the order in which they came", () => {
  const [first = "", group = "", last = ""] = recipients;
  const parameters = new Map([
    [
      "name",
      new Map([
        [last, "Bo"],
        [first, "Ann"],
      ]),
    ],
    ["code", new Map([[group, "17"]])],
  ]);
  const packed = packPiece({ recipients, parameters });
  expect(packed).toBe(
    `{"to":"${recipients.join(",")}","parameters":{"name":["Ann",null,"Bo"],"code":[null,"17",null]}}`,
  );
  const read = readPiece(packed)?.parameters;
  expect([...(read?.get("name") ?? [])]).toEqual([
    [first, "Ann"],
    [last, "Bo"],
  ]);
  expect([...(read?.get("code") ?? [])]).toEqual([[group, "17"]]);
});

test("a list of values that is too short or too long gives nobody somebody else's", () => {
  const text = '{"to":"1,2,3","parameters":{"name":["a","b"],"code":["1","2","3","4"]}}';
  const read = readPiece(text)?.parameters;
  expect([...(read?.get("name") ?? [])]).toEqual([
    ["1", "a"],
    ["2", "b"],
  ]);
  expect([...(read?.get("code") ?? [])]).toEqual([
    ["1", "1"],
    ["2", "2"],
    ["3", "3"],
  ]);
});
