import { expect, it } from "@jest/globals";
import { readPiece } from "@volley/contract";
import { createPieceBuilder } from "./piece-builder.ts";

const GROUP = "01HEAWCHESCXG8SDG5R10VF8E1";
const ANN = "46701234567";
const MEMBER = "46701234568";

it("gives the groups, which come last, the listed values of everybody who is not in the list", () => {
  const listed = new Map([
    [
      "name",
      new Map([
        [ANN, "Ann"],
        [MEMBER, "Bob"],
      ]),
    ],
    ["code", new Map([[MEMBER, "17"]])],
  ]);
  const pieces: string[] = [];
  const builder = createPieceBuilder(listed, (piece) => pieces.push(piece));
  builder.add(GROUP, null);
  builder.add(ANN, { code: "4711" });
  expect(builder.begun()).toEqual([ANN, GROUP]);
  builder.end();
  expect(pieces.map(readPiece)).toEqual([
    {
      recipients: [ANN, GROUP],
      parameters: new Map([
        [
          "name",
          new Map([
            [ANN, "Ann"],
            [MEMBER, "Bob"],
          ]),
        ],
        [
          "code",
          new Map([
            [ANN, "4711"],
            [MEMBER, "17"],
          ]),
        ],
      ]),
    },
  ]);
});

it("keeps every piece full but the last, and gives each piece with a group the members' values", () => {
  const listed = new Map([["name", new Map([[MEMBER, "Bob"]])]]);
  const pieces: string[] = [];
  const builder = createPieceBuilder(listed, (piece) => pieces.push(piece));
  const groups = Array.from({ length: 1_500 }, (_, index) => `01E${String(index).padStart(23, "0")}`);
  for (const group of groups) builder.add(group, null);
  for (let number = 0; number < 700; number += 1) builder.add(String(46_700_000_000 + number), null);
  builder.end();
  const read = pieces.map(readPiece);
  expect(read.map((piece) => piece?.recipients.length)).toEqual([1_000, 1_000, 200]);
  expect(read.map((piece) => piece?.parameters.get("name")?.get(MEMBER))).toEqual(["Bob", "Bob", "Bob"]);
});

it("leaves groups where they came when no values are listed", () => {
  const pieces: string[] = [];
  const builder = createPieceBuilder(new Map(), (piece) => pieces.push(piece));
  for (const recipient of [GROUP, ANN]) builder.add(recipient, null);
  builder.end();
  expect(pieces).toEqual([`${GROUP},${ANN}`]);
});
