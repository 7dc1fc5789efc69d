import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { ROWS } from "./rows.ts";

const PAGE = readFileSync(new URL("../../docs/performance.md", import.meta.url), "utf8");

test("the page lists exactly the rows that there are", () => {
  const table = PAGE.slice(PAGE.indexOf("## What is compared"), PAGE.indexOf("\n## How it was measured"));
  const listed = table.matchAll(/^\| +(\d+) \| ([a-z-]+) +\|/gm);
  expect([...listed].map(([, number, name]) => [Number(number), name])).toEqual(
    ROWS.map(({ number, name }) => [number, name]),
  );
});
