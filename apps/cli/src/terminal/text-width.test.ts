import { expect, it } from "@jest/globals";
import { cutTo, textWidth } from "./text-width.ts";

it.each([
  ["Ann", 3],
  ["Zoë", 3],
  ["Zoe\u0308", 3],
  ["春の売り出し", 12],
  ["한국", 4],
  ["🎉 sale", 7],
  ["👨‍👩‍👧", 2],
  ["", 0],
])("%j takes %i columns", (text, columns) => {
  expect(textWidth(text)).toBe(columns);
});

it.each([
  ["spring sale", 11, "spring sale"],
  ["spring sale", 7, "spring…"],
  ["春の売り出し", 12, "春の売り出し"],
  ["春の売り出し", 6, "春の…"],
  ["Zoe\u0308s", 4, "Zoe\u0308s"],
  ["Zoe\u0308s", 3, "Zo…"],
])("%j in %i columns is %j", (text, columns, cut) => {
  expect(cutTo(text, columns)).toBe(cut);
});
