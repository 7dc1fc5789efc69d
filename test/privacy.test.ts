import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type EveryKind, startEveryKind } from "./every-kind.ts";

const PAGE = readFileSync(join(fileURLToPath(new URL("..", import.meta.url)), "docs/privacy.md"), "utf8");

/** The names of keys in the first column of the table. */
const NAMES = [...PAGE.matchAll(/^\| (`.+?) +\|/gm)].flatMap(([, cell = ""]) => {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
});

/** What a name stands for: `<kind>` is one of those that the page lists, whatever else is in angle brackets is anything. */
const PATTERNS = NAMES.map((name) => {
  const [, kinds = ""] = /`<kind>` is one of ([^.]+)\./.exec(PAGE) ?? [];
  const kind = `(?:${[...kinds.matchAll(/`([^`]+)`/g)].map(([, each]) => each).join("|")})`;
  return { name, pattern: new RegExp(`^${name.replaceAll("<kind>", kind).replaceAll(/<[a-z]+>/g, "[^:]+")}$`) };
});

/** Keys that are there for moments, or where something is amiss. */
const NOT_HERE = new Set([
  "suppressions:touched:<process>",
  "suppressions:accepted",
  "crew",
  "crew:<what>",
  "ready",
  "memory",
  "endpoints:tests",
  "endpoints:test:<ask>",
  "events:suspended",
  "waiting:<region>",
  "waiting:<region>:<batch>",
  "volley-events:<job>:<more>",
  "suppressions:replied:<person>",
  "suppressions:proof:<entry>",
  "suppressions:withheld:<entry>",
  "suppressions:late:<entry>",
  "suppressions:withheld:send:<mark>",
]);

let kinds: EveryKind;

beforeAll(async () => {
  kinds = await startEveryKind();
}, 180_000);

afterAll(async () => kinds.close());

it("names every key that Volley writes, and no others", async () => {
  const keys = (await kinds.redis.keys(`${kinds.prefix}:*`)).map((key) => key.slice(kinds.prefix.length + 1));
  expect(keys.filter((key) => !PATTERNS.some(({ pattern }) => pattern.test(key)))).toEqual([]);
  const unused = PATTERNS.filter(({ name, pattern }) => !NOT_HERE.has(name) && !keys.some((key) => pattern.test(key)));
  expect(unused.map(({ name }) => name)).toEqual([]);
});
