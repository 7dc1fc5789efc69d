import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "@jest/globals";
import { testRedisUrl } from "./own-prefix.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** An address that is taken where none was given. */
const FALLBACK = /\?\?\s*["'`]rediss?:/;

it("no test has a Redis of its own choice where it was given none", () => {
  const given = process.env["VOLLEY_TEST_REDIS_URL"];
  delete process.env["VOLLEY_TEST_REDIS_URL"];
  try {
    expect(testRedisUrl).toThrow(/^VOLLEY_TEST_REDIS_URL is not set/);
  } finally {
    process.env["VOLLEY_TEST_REDIS_URL"] = given;
  }
});

it("no test falls back to the usual port, where somebody's own Redis may run", () => {
  const files = ["test", "apps", "packages"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|mjs)$/.test(name) && !/(?:^|\/)(?:node_modules|dist)\//.test(name))
      .filter((name) => folder === "test" || name.endsWith(".test.ts"))
      .map((name) => join(ROOT, folder, name)),
  );
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => FALLBACK.test(readFileSync(file, "utf8")))).toEqual([]);
});
