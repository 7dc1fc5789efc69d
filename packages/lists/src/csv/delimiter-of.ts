import { withoutSeparatorLine } from "./separator-line.ts";

/** What stands between two columns, the usual one first. */
const DELIMITERS = [",", ";", "\t"] as const;

/**
 * Tells the delimiter of a CSV file by its heading: the one that stands there most often outside quotes. Taking all of
 * them as delimiters would cut `Berg, Ann` in two in a file with semicolons; csv-parse's own `delimiter_auto` takes the
 * bytes of a single column for delimiters (tried with 7.0.3).
 *
 * @param start - the beginning of the file, with its whole heading
 * @returns a comma where there is only one column
 */
export function delimiterOf(start: string): string {
  const heading = withoutQuoted(start).split(/[\r\n]/, 1)[0] ?? "";
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: heading.split(delimiter).length }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}

/** Whether a beginning has its whole heading, after a line that names the delimiter. */
export function hasHeading(start: string): boolean {
  return withoutQuoted(withoutSeparatorLine(start).start).includes("\n");
}

function withoutQuoted(start: string): string {
  return start.replace(/"[^"]*"/g, "").trimStart();
}
