import { expect, test } from "@jest/globals";
import { AUTO_REGION, isRegionName, MAX_REGION_NAME_LENGTH, regionVariable } from "./region.ts";

test.each(["us", "a", "auto-2", "autos", "events-2", "gulf-2", "a1", "a--b", "x".repeat(MAX_REGION_NAME_LENGTH)])(
  "takes the name %s",
  (name) => {
    expect(isRegionName(name)).toBe(true);
  },
);

test.each([
  "",
  "US",
  "2us",
  "-us",
  "us-",
  "u_s",
  "u.s",
  "u:s",
  "é",
  "us\n",
  AUTO_REGION,
  "events",
  "x".repeat(MAX_REGION_NAME_LENGTH + 1),
])("refuses the name %p", (name) => {
  expect(isRegionName(name)).toBe(false);
});

test("names the variables of a region", () => {
  expect(regionVariable("gulf-2")).toBe("GULF_2");
});
