// The rules of .oxlintrc.json and, for each room that ARCHITECTURE.md names, that it imports from no room after it.
import { readFileSync } from "node:fs";

const base = JSON.parse(read(".oxlintrc.json"));

export default { ...base, overrides: withRooms(base.overrides) };

/** Tests may look into every room: their overrides come last, and the last one that fits counts. */
function withRooms(overrides) {
  const firstOfTests = overrides.findIndex(({ files }) => files.includes("**/*.test.ts"));
  return overrides.toSpliced(firstOfTests, 0, ...packagesWithRooms().flatMap(rulesOfRooms));
}

/** @returns each package with its rooms from below to above, the order of its table */
function packagesWithRooms() {
  return read("ARCHITECTURE.md")
    .split(/^## /m)
    .flatMap((section) => {
      const folder = /^Rooms of (\S+)/.exec(section)?.[1];
      const rooms = [...section.matchAll(/^\| `([\w-]+)`/gm)].map(([, room]) => room);
      return folder === undefined ? [] : [{ folder, rooms }];
    });
}

function rulesOfRooms({ folder, rooms }) {
  return rooms.map((room, place) => {
    const above = rooms.slice(place + 1).map((other) => `**/${other}/**`);
    const message = `${room} is below: nothing in it knows the rooms above it (ARCHITECTURE.md).`;
    const patterns = [{ group: [...above, "../index.ts"], message }];
    return {
      files: [`${folder}/src/${room}/**`],
      rules: { "no-restricted-imports": ["error", { paths: pathsFor(folder), patterns }] },
    };
  });
}

/** What the whole package may not import: an override replaces the options of a rule, it does not add to them. */
function pathsFor(folder) {
  const own = base.overrides.findLast(({ files }) => files.includes(`${folder}/**`))?.rules["no-restricted-imports"];
  const rule = own ?? base.rules["no-restricted-imports"];
  return rule === "off" ? [] : rule[1].paths;
}

function read(name) {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}
