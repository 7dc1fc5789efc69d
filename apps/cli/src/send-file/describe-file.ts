import { caseWarnings } from "../people/case-warnings.ts";
import type { SendsFromPeople } from "../people/sends-from-people.ts";
import { linesInWords, MISSING_CELLS, SHORTENED, TOO_MANY_CELLS } from "../words/lines-in-words.ts";

/** Lines that are named one by one. */
const SHOWN_LINES = 10;

/** What a person is told about a file before anything of it is sent. */
export function describeFile({
  badLines,
  shortenedLines,
  warnings,
  columns,
  valid,
  ...lines
}: SendsFromPeople): string[] {
  return [
    ...describeLines(badLines, "without an international number"),
    ...describeLines(shortenedLines, `of them ${SHORTENED}: format the column as text and fill it in anew`),
    ...describeLines(lines.missingCells, MISSING_CELLS),
    ...describeLines(lines.tooManyCells, TOO_MANY_CELLS),
    ...warnings.map(({ message, code, recipients: total, at }) => {
      return `warning: ${message}${at.length === 0 ? "" : `: ${placesOf(at, total)}`} (${code})`;
    }),
    ...caseWarnings(columns, valid).map(({ message, code }) => `warning: ${message} (${code})`),
  ];
}

function describeLines(lines: readonly number[], what: string): string[] {
  if (lines.length === 0) return [];
  const count = lines.length === 1 ? "1 line" : `${lines.length.toLocaleString("en")} lines`;
  const shown = lines.slice(0, SHOWN_LINES).join(", ");
  return [`${count} ${what}: ${shown}${lines.length > SHOWN_LINES ? ", …" : ""}`];
}

function placesOf(lines: readonly number[], total: number): string {
  return linesInWords(lines.slice(0, SHOWN_LINES), total);
}
