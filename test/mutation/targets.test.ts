import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";
import { TARGETS } from "./targets.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

it("names files that exist, each with a test that exists", () => {
  expect(TARGETS.filter(({ source }) => !existsSync(join(ROOT, source)))).toEqual([]);
  expect(TARGETS.filter(({ tests }) => tests.length === 0)).toEqual([]);
});

it("names no file twice", () => {
  expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length);
});
