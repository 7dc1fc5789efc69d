import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";

it("has every code in the README's table, and the table has no other", () => {
  const inCode = read("./producer-error.ts").match(/(?<=\| ")VOLLEY_\w+/g) ?? [];
  const inTable = read("../../README.md").match(/(?<=^\| `)VOLLEY_\w+/gm) ?? [];
  expect(inCode.length).toBeGreaterThan(0);
  expect(inTable.toSorted()).toEqual([...inCode, "VOLLEY_INVALID_SEND"].toSorted());
});

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}
