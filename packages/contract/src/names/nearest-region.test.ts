import { expect, it } from "@jest/globals";
import { nearestRegion } from "./nearest-region.ts";

it.each([
  ["ue", ["us", "eu"], "eu"],
  ["glf", ["eu", "gulf"], "gulf"],
  ["eu2", ["us", "eu"], "eu"],
  ["mars", ["us", "eu"], undefined],
  ["eu", [], undefined],
])("takes %s among %j for %s", (name, regions, meant) => {
  expect(nearestRegion(name, regions)).toBe(meant);
});
