import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What a person takes in without scrolling, tests counted. */
const MOST_ENTRIES = 16;
const MOST_FILES = 24;

const architecture = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
const packages = [...architecture.matchAll(/^## Rooms of (\S+)/gm)].map(([, folder = ""]) => folder);

describe.each(packages)("%s", (folder) => {
  const source = join(ROOT, folder, "src");
  const entries = readdirSync(source, { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);

  it("is seen at one glance", () => {
    expect(entries.length).toBeLessThanOrEqual(MOST_ENTRIES);
    const crowded = rooms.filter((room) => readdirSync(join(source, room)).length > MOST_FILES);
    expect(crowded).toEqual([]);
  });

  it("has the rooms that ARCHITECTURE.md names, and no other", () => {
    expect(rooms.toSorted()).toEqual(roomsOf(folder).toSorted());
  });
});

it("tells the whole way of one send in five files of less than 400 lines together", () => {
  const told = [...architecture.matchAll(/^- `(packages\/\S+\.ts)`: /gm)].map(([, file = ""]) => file);
  expect(told).toHaveLength(5);
  const lines = told.flatMap((file) => readFileSync(join(ROOT, file), "utf8").trimEnd().split("\n"));
  expect(lines.length).toBeLessThan(400);
});

describe("a package that has rooms", () => {
  it("is every one that cannot be seen at one glance otherwise", () => {
    const all = ["apps", "packages"].flatMap((kind) => readdirSync(join(ROOT, kind)).map((name) => `${kind}/${name}`));
    const folders = all.filter((path) => existsSync(join(ROOT, path, "src")));
    const large = folders.filter((folder) => readdirSync(join(ROOT, folder, "src")).length > MOST_ENTRIES);
    expect(packages).toEqual(expect.arrayContaining(large));
  });
});

it("no module that tests share begins or ends anything by being loaded, which it is once for many files", () => {
  const all = ["apps", "packages", "test"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(ROOT, folder, name)),
  );
  const shared = all.filter((path) => path.endsWith(".ts") && !/node_modules|\/dist\/|\.test\.ts$/.test(path));
  const hooks = /^(?:(?:before|after)(?:Each|All)|describe|it|test)[.(]/m;
  expect(shared.length).toBeGreaterThan(500);
  expect(shared.filter((path) => hooks.test(readFileSync(path, "utf8")))).toEqual([]);
});

describe("lint", () => {
  let folder: string;
  let findings: { readonly [file: string]: string };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "volley-rooms-"));
    for (const name of ["oxlint.config.mjs", ".oxlintrc.json"]) copyFileSync(join(ROOT, name), join(folder, name));
    write("ARCHITECTURE.md", "## Rooms of packages/house\n\n| `cellar` | wine |\n| `roof` | tiles |\n");
    write("packages/house/src/cellar/wine.ts", 'import { tile } from "../roof/tile.ts";\nexport const wine = tile;\n');
    write(
      "packages/house/src/cellar/kind.ts",
      'import type { Tile } from "../roof/tile.ts";\nexport type Kind = Tile;\n',
    );
    write("packages/house/src/cellar/door.ts", 'import { all } from "../index.ts";\nexport const door = all;\n');
    write("packages/house/src/cellar/wine.test.ts", 'import { tile } from "../roof/tile.ts";\ntile.toString();\n');
    write("packages/house/src/roof/tile.ts", "export type Tile = string;\nexport const tile = 1;\n");
    write(
      "packages/house/src/roof/gutter.ts",
      'import { wine } from "../cellar/wine.ts";\nexport const gutter = wine;\n',
    );
    write(
      "packages/house/src/roof/nest.ts",
      'import { egg } from "./egg.ts";\nexport const nest = egg;\nexport type Nest = 1;\n',
    );
    write("packages/house/src/roof/egg.ts", 'import type { Nest } from "./nest.ts";\nexport const egg: Nest = 1;\n');
    write("packages/house/src/index.ts", "export const all = 1;\n");
    findings = await lint();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("refuses an import from a room above, a type's and the package's own door included", () => {
    const message = "cellar is below: nothing in it knows the rooms above it (ARCHITECTURE.md).";
    expect(findings["cellar/wine.ts"]).toContain(message);
    expect(findings["cellar/kind.ts"]).toContain(message);
    expect(findings["cellar/door.ts"]).toContain(message);
  });

  it("lets a room import from one below, and tests from everywhere", () => {
    expect(findings["roof/gutter.ts"]).toBeUndefined();
    expect(findings["cellar/wine.test.ts"]).toBeUndefined();
  });

  it("refuses a circle, a type's included", () => {
    expect(findings["roof/nest.ts"]).toContain("import(no-cycle)");
    expect(findings["roof/egg.ts"]).toContain("import(no-cycle)");
  });

  function write(name: string, text: string): void {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }

  /** What lint says to each file, by its path in the package. */
  async function lint(): Promise<{ [file: string]: string }> {
    const command = join(ROOT, "node_modules/.bin/oxlint");
    const text = await new Promise<string>((resolve) => {
      execFile(command, ["-c", "oxlint.config.mjs", "--format", "json"], { cwd: folder }, (_error, stdout) =>
        resolve(stdout),
      );
    });
    const { diagnostics } = JSON.parse(text) as {
      diagnostics: { filename: string; code: string; message: string; help?: string }[];
    };
    const said: { [file: string]: string } = {};
    for (const { filename, code, message, help } of diagnostics) {
      const file = filename.replace(/^.*packages\/house\/src\//, "");
      said[file] = `${said[file] ?? ""}${code} ${message} ${help}\n`;
    }
    return said;
  }
});

/** The rooms of a package in the order of its table, from below to above. */
function roomsOf(folder: string): string[] {
  const section = architecture.split(/^## /m).find((text) => text.startsWith(`Rooms of ${folder}\n`)) ?? "";
  return [...section.matchAll(/^\| `([\w-]+)`/gm)].map(([, room = ""]) => room);
}
