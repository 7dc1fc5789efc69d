import { expect, it } from "@jest/globals";

import { kindOfSetting } from "./kind-of-setting.ts";

it.each([
  [undefined, "nothing"],
  ["70000", '"70000"'],
  ["-1", '"-1"'],
  ["1,5", '"1,5"'],
  ["123456", '"123456"'],
  ["1234567", "7 characters"],
  ["0.123", '"0.123"'],
  ["0.1234", "6 characters"],
  ["x", "1 character"],
  ["INFO", '"INFO"'],
  ["information", "11 characters"],
  ["0123456789abcdef".repeat(100), "1,600 characters"],
])("describes %j as %s", (value, kind) => {
  expect(kindOfSetting(value, ["debug", "info"])).toBe(kind);
});
