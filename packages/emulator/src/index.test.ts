import { expect, test } from "@jest/globals";
import * as emulator from "./index.ts";

test("the package exports one function", () => {
  expect(Object.keys(emulator)).toEqual(["startEmulator"]);
});
