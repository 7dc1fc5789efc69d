import { expect, test } from "@jest/globals";
import { readRoutes } from "./routes.ts";

const prefixes = { "1": "us", "1204": "ca", "46": "eu" };

test.each([
  { prefixes },
  { prefixes, default: "eu" },
  { prefixes, default: null },
  { prefixes: {}, default: "eu" },
  { prefixes: { "1234567": "gulf-2" } },
])("takes %j", (routes) => {
  expect(readRoutes(routes)).toEqual({ ok: true, routes });
});

test("names everything that is wrong at once", () => {
  const read = readRoutes({
    prefixes: { "+46": "eu", "0": "eu", "12345678": "eu", "44": "EU", "45": 7 },
    defualt: "eu",
  });
  expect(read.ok ? [] : read.problems).toEqual([
    { field: "prefixes.0", message: "expected a prefix of 1 to 7 digits that does not begin with 0" },
    { field: "prefixes.44", message: 'expected the name of a region such as "eu", got 2 characters' },
    { field: "prefixes.45", message: "expected a string, got 7" },
    // A whole number in a prefix's place is described, never repeated.
    { field: "prefixes.(8 characters)", message: expect.stringContaining("a prefix of 1 to 7 digits") },
    { field: "prefixes.(3 characters)", message: expect.stringContaining("a prefix of 1 to 7 digits") },
    { field: "defualt", message: "unknown field, did you mean default?" },
  ]);
});

test.each([
  ["no object", [], "routes"],
  ["nothing", undefined, "routes"],
  ["no prefixes", { default: "eu" }, "prefixes"],
  ["neither a prefix nor a default", { prefixes: {} }, "prefixes"],
  ["a name that stands for all regions", { prefixes, default: "auto" }, "default"],
  [
    "more prefixes than may be",
    { prefixes: Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [String(index + 1), "eu"])) },
    "prefixes",
  ],
])("refuses %s", (_, routes, field) => {
  const read = readRoutes(routes);
  expect(read.ok ? [] : read.problems.map((problem) => problem.field)).toEqual([field]);
});
