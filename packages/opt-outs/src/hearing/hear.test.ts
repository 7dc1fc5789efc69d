import { expect, test } from "@jest/globals";
import { hear } from "./hear.ts";

test.each([
  ["STOP", "stop"],
  [" stop\n", "stop"],
  ["start", "start"],
  ["Help", "help"],
  ["See you tomorrow", "no"],
])("%j is heard as %s", (text, heard) => {
  expect(hear(text)).toBe(heard);
});
