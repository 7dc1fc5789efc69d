import { Readable, pipeline } from "node:stream";
import { parse } from "csv-parse";
import { CliError } from "../exit/cli-error.ts";
import { cleanCell, cleanName, cleanNumber } from "../csv/clean-cell.ts";
import { delimiterOf } from "../csv/delimiter-of.ts";
import { readHeading, type Heading, type HeadingOptions } from "../columns/read-heading.ts";
import { readText } from "../csv/read-text.ts";
import { requireNoRival } from "../columns/require-no-rival.ts";
import { withPlainQuotes } from "../csv/with-plain-quotes.ts";
import { withoutSeparatorLine } from "../csv/separator-line.ts";

/** Characters of one line with its quoted breaks. A quote that is not closed would take the rest of the file in. */
const MOST_CHARACTERS = 4_000_000;

/** The last line that was read, and how many were blank by then. */
type Reached = { lines: number; empty_lines: number };

/** Where a line stands. */
type Place = { readonly line: number; readonly regionBefore: string | null };

/** One line of a CSV file. */
export type Person = {
  /** As it stands in the file, without what a spreadsheet has put around it; empty where the line is not whole. */
  readonly number: string;
  /** The region column of the line; `null` where there is none. */
  readonly region: string | null;
  /** Every column by its name. */
  readonly columns: ReadonlyMap<string, string>;
  /** Line of the file, the heading being 1; of a quoted text over several lines the last one. */
  readonly line: number;
};

/**
 * Reads people from a CSV file with a heading line; comma, semicolon and tab are told apart by the heading.
 *
 * @param path - the file, in UTF-8
 * @throws CliError when the file cannot be read, is no CSV, has no such column, or several that may be meant. It never
 *   repeats what a line holds.
 */
export async function* readPeople(path: string, options: HeadingOptions = {}): AsyncGenerator<Person> {
  let heading: Heading | null = null;
  let regionBefore: string | null = null;
  const reached: Reached = { lines: 0, empty_lines: 0 };
  try {
    for await (const row of rowsOf(readText(path), reached)) {
      const { record, info } = row as { record: string[]; info: { lines: number } };
      if (heading === null) {
        heading = readHeading(record.map(cleanName), options);
        continue;
      }
      const person = personOf(heading, record, { line: info.lines, regionBefore });
      regionBefore = person.region;
      if (person.number !== "") requireNoRival(heading, record.map(cleanNumber), info.lines);
      yield person;
    }
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(path, error, reached);
  }
  if (heading === null) throw new CliError(`${path}: expected a heading line, got an empty file`);
}

async function* rowsOf(text: AsyncGenerator<string>, reached: Reached): AsyncGenerator {
  const first = await text.next();
  const { start, delimiter } = withoutSeparatorLine(first.done ? "" : first.value);
  const parser = parse({
    delimiter: delimiter ?? delimiterOf(start),
    record_delimiter: "\n",
    info: true,
    skip_empty_lines: true,
    // What spreadsheets leave at the end: lines with nothing but delimiters.
    skip_records_with_empty_values: true,
    // A line that is too long, or too short for what is needed of it, is refused alone.
    relax_column_count: true,
    max_record_size: MOST_CHARACTERS,
    trim: true,
    on_record: (record, { lines, empty_lines }) => {
      Object.assign(reached, { lines, empty_lines });
      return record;
    },
  });
  // Whatever fails on the way destroys the parser with its error, which the loop then throws.
  pipeline(Readable.from(withPlainQuotes(joined(start, text))), parser, () => {});
  yield* parser;
}

async function* joined(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}

/** @param regionBefore - that of the line before: a line that cannot be read is counted there, and nobody is texted for it */
function personOf(
  { names, numberIndex, regionIndex, cells }: Heading,
  record: readonly string[],
  place: Place,
): Person {
  const isWhole = record.length >= cells && record.slice(names.length).every((cell) => cell === "");
  const region = (regionIndex === null ? null : record[regionIndex]) || null;
  return {
    number: isWhole ? cleanNumber(record[numberIndex] ?? "") : "",
    region: isWhole ? region : place.regionBefore,
    columns: new Map(names.map((name, index) => [name, cleanCell(record[index] ?? "")])),
    line: place.line,
  };
}

/** What the parser has met, in words. Its own messages may repeat the line, and with it a number. */
const IN_WORDS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "a quote is opened and never closed",
  CSV_MAX_RECORD_SIZE: `a quote is opened and not closed within ${MOST_CHARACTERS.toLocaleString("en")} characters`,
  INVALID_OPENING_QUOTE:
    "there is a quote in the middle of a cell; write the cell in quotes, and each quote in it twice",
  CSV_INVALID_CLOSING_QUOTE: "there is text behind the closing quote of a cell",
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: "there is text behind the closing quote of a cell",
};

/** Where what could not be read begins: the parser names where it gave up, which may be the end of the file. */
function unreadable(path: string, error: unknown, { lines, empty_lines }: Reached): CliError {
  const blank = Number(Reflect.get(Object(error), "empty_lines") ?? empty_lines) - empty_lines;
  const line = lines + 1 + blank;
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown error";
  const words = IN_WORDS[code];
  return new CliError(
    words === undefined ? `${path} cannot be read as CSV: ${code}` : `line ${line} of ${path}: ${words}`,
  );
}
