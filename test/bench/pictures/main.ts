import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { FOLDER, KEPT, PAGE, readKept, withTables } from "./kept.ts";
import { type BenchResult, keep } from "./measured.ts";
import { drawPictures } from "./pictures.ts";

// `pnpm bench:draw [FILE…]`: takes what runs of the bench have written over into what docs/performance.md shows.
let rows = readKept();
for (const file of process.argv.slice(2)) {
  rows = keep(rows, JSON.parse(readFileSync(file, "utf8")) as BenchResult);
}
writeFileSync(KEPT, await format(JSON.stringify(rows), { parser: "json", printWidth: 120 }));
for (const [name, svg] of drawPictures(rows)) writeFileSync(new URL(`${name}.svg`, FOLDER), svg);
writeFileSync(PAGE, await withTables(readFileSync(PAGE, "utf8"), rows));
