import { readFileSync } from "node:fs";
import { format } from "prettier";
import { benchTable, costTable } from "../bench-table.ts";
import type { MeasuredRow } from "./measured.ts";

/** Where the numbers and the pictures of the page are kept. */
export const FOLDER: URL = new URL("../../../docs/performance/", import.meta.url);

/** What was measured last, row by row. */
export const KEPT: URL = new URL("measured.json", FOLDER);

/** What people read. */
export const PAGE: URL = new URL("../performance.md", FOLDER);

/** Reads what was measured last. */
export function readKept(): MeasuredRow[] {
  return JSON.parse(readFileSync(KEPT, "utf8")) as MeasuredRow[];
}

/** The page with its tables made anew. @throws Error when it has no place for one of them */
export async function withTables(page: string, rows: readonly MeasuredRow[]): Promise<string> {
  const reports = rows.map((row) => ({ ...row, notes: [] }));
  const tables = { measured: benchTable(reports), costs: costTable(reports), how: howTable(rows) };
  let text = page;
  for (const [name, table] of Object.entries(tables)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    if (!text.includes(begin) || !text.includes(end)) throw new Error(`the page has no place for ${name}`);
    text = text.replace(new RegExp(`${begin}[^]*${end}`), () => `${begin}\n\n${table}\n\n${end}`);
  }
  return format(text, { parser: "markdown", printWidth: 120 });
}

function howTable(rows: readonly MeasuredRow[]): string {
  const lines = [...new Set(rows.map(({ how }) => how))].map((how) => {
    const those = rows.filter((row) => row.how === how);
    return `| ${those.map(({ row }) => row).join(", ")} | ${how} |`;
  });
  return ["| rows | measured |", "| --- | --- |", ...lines].join("\n");
}
