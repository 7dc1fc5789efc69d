import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What a person takes in without scrolling. */
const MOST_ENTRIES = 16;
const MOST_FILES = 24;

type Override = {
  files: string[];
  rules?: { "no-restricted-imports"?: [string, { patterns?: { group: string[] }[] }] };
};

const architecture = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
const { overrides } = JSON.parse(readFileSync(join(ROOT, ".oxlintrc.json"), "utf8")) as { overrides: Override[] };

describe.each(["packages/worker"])("%s", (folder) => {
  const source = join(ROOT, folder, "src");
  const entries = readdirSync(source, { withFileTypes: true });
  const rooms = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const described = roomsOf(folder);

  it("is seen at one glance", () => {
    expect(entries.length).toBeLessThanOrEqual(MOST_ENTRIES);
    const crowded = rooms.filter((room) => readdirSync(join(source, room)).length > MOST_FILES);
    expect(crowded).toEqual([]);
  });

  it("has the rooms that ARCHITECTURE.md names, and no other", () => {
    expect(rooms.toSorted()).toEqual(described.toSorted());
  });

  it("lets no room import from one that stands after it", () => {
    for (const [place, room] of described.entries()) {
      const above = described.slice(place + 1).map((other) => `../${other}/*`);
      if (above.length === 0) continue;
      const rule = overrides.find(({ files }) => files.includes(`${folder}/src/${room}/**`));
      const forbidden = rule?.rules?.["no-restricted-imports"]?.[1].patterns?.flatMap(({ group }) => group) ?? [];
      expect({ room, forbidden }).toEqual({ room, forbidden: expect.arrayContaining(above) });
    }
  });
});

/** The rooms of a package in the order of its table. */
function roomsOf(folder: string): string[] {
  const from = architecture.indexOf(`## Rooms of ${folder}`);
  const to = architecture.indexOf("\n## ", from + 1);
  const section = architecture.slice(from, to === -1 ? undefined : to);
  return [...section.matchAll(/^\| `([\w-]+)`/gm)].map(([, room = ""]) => room);
}
