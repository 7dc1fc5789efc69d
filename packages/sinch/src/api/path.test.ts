import { expect, test } from "@jest/globals";
import { pathOf } from "./path.ts";

test.each([
  [["01HEAWCHESCXG8SDG5R10VF8E1"], "/a/01HEAWCHESCXG8SDG5R10VF8E1/b"],
  [["5Z8QsIRsk86f-jHB"], "/a/5Z8QsIRsk86f-jHB/b"],
  [["../x"], "/a/..%2Fx/b"],
  [["a?b#c d%2e"], "/a/a%3Fb%23c%20d%252e/b"],
  [["{id}"], "/a/%7Bid%7D/b"],
  [["Größe\ud800"], "/a/Gr%C3%B6%C3%9Fe%EF%BF%BD/b"],
])("escapes the ID %p", (ids, path) => {
  expect(pathOf("/a/{id}/b", ids)).toBe(path);
});

test("fills two places in their order", () => {
  expect(pathOf("/a/{id}/b/{id}", ["{id}", "2"])).toBe("/a/%7Bid%7D/b/2");
});

test.each(["", ".", ".."])("has no place for %p, which a URL would swallow", (id) => {
  expect(pathOf("/a/{id}", [id])).toBeNull();
  expect(pathOf("/a/{id}/{id}", ["1", id])).toBeNull();
});
