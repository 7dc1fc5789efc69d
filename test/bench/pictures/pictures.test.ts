import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { FOLDER, PAGE, readKept, withTables } from "./kept.ts";
import { keep } from "./measured.ts";
import { drawPictures } from "./pictures.ts";

const page = readFileSync(PAGE, "utf8");

test("each picture is what the kept numbers draw", () => {
  const kept = readdirSync(FOLDER).filter((name) => name.endsWith(".svg"));
  const found = kept.map((name) => [name, readFileSync(new URL(name, FOLDER), "utf8")]);
  const drawn = [...drawPictures(readKept())].map(([name, svg]) => [`${name}.svg`, svg]);
  expect(found).toEqual(drawn.toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1)));
  const shown = [...page.matchAll(/\]\(performance\/(.+?)\)/g)].map(([, name]) => name);
  expect(new Set(shown)).toEqual(new Set(kept));
});

test("the tables are what the kept numbers say", async () => {
  expect(page).toBe(await withTables(page, readKept()));
});

test("a run takes the place of its own rows, and leaves the others as they were", () => {
  const before = [
    { ...row("2 naive", [1]), how: "long ago" },
    { ...row("10 urgent", [2]), how: "long ago" },
  ];
  const many = Array.from({ length: 991 }, (_, index) => index);
  const machine = ["2026-12-01T00:00:00.000Z", "2 × a processor"];
  const reports = [
    { ...row("10 urgent", many), notes: ["a note"] },
    { ...row("9 pace", [1.23456789]), notes: [] },
  ];

  const kept = keep(before, { machine, rounds: 1, scale: 0.1, isDurable: false, reports });
  expect(kept.map(({ row: name, how }) => [name, how])).toEqual([
    ["2 naive", "long ago"],
    ["9 pace", "2026-12-01, 2 × a processor, 1 round, 0.1 of the amounts"],
    ["10 urgent", "2026-12-01, 2 × a processor, 1 round, 0.1 of the amounts"],
  ]);
  const [, pace, urgent] = kept.map(({ data }) => data as number[]);
  expect(pace).toEqual([1.23457]);
  expect([urgent?.length, urgent?.[0], urgent?.[1], urgent?.at(-1)]).toEqual([100, 0, 10, 990]);
});

function row(name: string, data: number[]): { row: string; measurements: []; data: number[] } {
  return { row: name, measurements: [], data };
}
