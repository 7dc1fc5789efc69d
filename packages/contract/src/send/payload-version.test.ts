import { expect, it } from "@jest/globals";
import { isNewerPayload } from "./payload-version.ts";

it.each([
  [{}, false],
  [{ v: 1 }, false],
  [{ v: 2 }, true],
  [{ v: 999, anything: [] }, true],
  [{ v: 2026 }, false],
  [{ v: 1.5 }, false],
  [{ v: "2" }, false],
  [{ v: 0 }, false],
  [{ v: null }, false],
  [[2], false],
  ["2", false],
  [null, false],
])(
  "of %j it is %j that it was made for a later version: anything else is a mistake, and is named as one",
  (data, is) => {
    expect(isNewerPayload(data)).toBe(is);
  },
);
