import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { PAGES } from "./pages/fences.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const [readme, settings, codes, promises] = ["README.md", "docs/settings.md", "docs/codes.md", "docs/promises.md"].map(
  (page) => readFileSync(join(ROOT, page), "utf8"),
) as [string, string, string, string];

describe("the README", () => {
  it("lists exactly the variables that the processes read", () => {
    const listed = new Set(settings.match(/`((?:VOLLEY|REDIS)_[A-Z_<>]+)`/g)?.map((name) => name.slice(1, -1)));
    expect([...listed].toSorted()).toEqual([...variablesRead()].toSorted());
  });

  it("lists exactly the error codes that exist", () => {
    const listed = new Set(section(codes, "## Errors").match(/VOLLEY_[A-Z_]+/g));
    const existing = new Set(
      sources(/error\.ts$/).flatMap((text) => text.match(/(?<=code = "|\| ")VOLLEY_[A-Z_]+(?=")/g) ?? []),
    );
    expect([...listed].toSorted()).toEqual([...existing].toSorted());
  });

  it("lists exactly the codes that are no error's as warnings", () => {
    const listed = section(codes, "## Warnings").match(/VOLLEY_[A-Z_]+/g);
    const others = new Set([...(section(codes, "## Errors").match(/VOLLEY_[A-Z_]+/g) ?? []), ...variablesRead()]);
    const existing = new Set(sources(/./).flatMap((text) => text.match(/(?<=: |\| |, )"VOLLEY_[A-Z_]+(?=")/g) ?? []));
    const warnings = [...existing].map((code) => code.slice(1)).filter((code) => !others.has(code));
    expect(listed?.toSorted()).toEqual(warnings.toSorted());
  });

  it("names a test for every promise, and every joined test is a promise", () => {
    const named = promises.match(/`test\/[\w./-]+`/g)?.map((name) => name.slice(1, -1)) ?? [];
    expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([]);
    const joined = readdirSync(join(ROOT, "test")).filter((name) => name.endsWith(".test.ts"));
    const promised = joined.filter((name) => !NO_PROMISE.has(name));
    expect(promised.filter((name) => !named.includes(`test/${name}`))).toEqual([]);
  });

  it("is read to its end: at most 150 lines, none wider than a screen", () => {
    const lines = readme.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(150);
    expect(lines.filter((line) => line.length > 140)).toEqual([]);
  });
});

it("every page names files that exist", () => {
  const missing = PAGES.flatMap((page) => {
    const named = readFileSync(join(ROOT, page), "utf8").matchAll(/`((?:packages|apps|test|docs|docker)\/[\w./-]+)`/g);
    return [...named].flatMap(([, name = ""]) => (existsSync(join(ROOT, name)) ? [] : `${page}: ${name}`));
  });
  expect(PAGES.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

it("no page has a table or a line wider than a screen", () => {
  const pages = PAGES.filter((page) => !PRINTED.has(page));
  const wide = pages.flatMap((page) => {
    const lines = readFileSync(join(ROOT, page), "utf8").split("\n");
    return lines.flatMap((line, index) => (line.length > 140 ? [`${page}:${index + 1}`] : []));
  });
  expect(wide).toEqual([]);
});

/** Their tables are what a command has printed, or every field of an API beside each other. */
const PRINTED = new Set([
  "docs/chaos.md",
  "docs/faults.md",
  "docs/performance.md",
  "docs/performance-profile.md",
  "docs/sinch-api.md",
  "docs/scale.md",
  "docs/topologies.md",
]);

/** Tests of the tests' own ground. */
const NO_PROMISE = new Set(["redis-container.test.ts", "own-prefix.test.ts", "ci.test.ts", "rooms.test.ts"]);

function section(page: string, heading: string): string {
  const from = page.indexOf(`\n${heading}`);
  const to = page.indexOf("\n## ", from + heading.length);
  return page.slice(from, to === -1 ? undefined : to);
}

function sources(pattern: RegExp): string[] {
  return ["apps", "packages"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter(
        (name) => !/node_modules|dist\/|\.test\.ts$/.test(name) && /src\/.*\.ts$/.test(name) && pattern.test(name),
      )
      .map((name) => readFileSync(join(ROOT, folder, name), "utf8")),
  );
}

/** Every variable that a settings file names; a region's are written with its name in them. */
function variablesRead(): Set<string> {
  const texts = sources(/(?:config|settings)\.ts$/);
  const plain = texts.flatMap((text) => text.match(/(?<=")(?:VOLLEY|REDIS)_[A-Z_]+(?=")/g) ?? []);
  const regional = texts.flatMap((text) => text.match(/(?<=\$\{variable\})_[A-Z_]+(?=`)/g) ?? []);
  return new Set([
    ...plain.filter((name) => name !== "VOLLEY_SETTINGS"),
    ...regional.map((name) => `VOLLEY_<REGION>${name}`),
  ]);
}
