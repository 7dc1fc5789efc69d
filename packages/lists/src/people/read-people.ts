import { Readable, pipeline } from "node:stream";
import { faultOf, type LineFault, standInFor } from "@volley/contract";
import { CsvError, parse } from "csv-parse";
import { cleanCell, cleanName, cleanNumber } from "../csv/clean-cell.ts";
import { delimiterOf, hasHeading } from "../csv/delimiter-of.ts";
import { readHeading, type Heading, type HeadingOptions } from "../columns/read-heading.ts";
import { requireNoRival } from "../columns/require-no-rival.ts";
import { isReasonColumn } from "../columns/reason-column.ts";
import { withPlainQuotes } from "../csv/with-plain-quotes.ts";
import { withoutSeparatorLine } from "../csv/separator-line.ts";
import { ListError } from "../terms/list-error.ts";

/** Characters of one line with its quoted breaks. A quote that is not closed would take the rest of the file in. */
const MOST_CHARACTERS = 4_000_000;

/** More is not waited for to find the end of the heading. */
const HEADING_CHARACTERS = 64_000;

const SHORT = "missing_cells";

/** The last line that was read, and how many were blank by then. */
type Reached = { lines: number; empty_lines: number };

/** Where a line stands. */
type Place = { readonly line: number; readonly regionBefore: string | null };

/** How a list is read, and what it is called. */
export type PeopleOptions = HeadingOptions & {
  /** As a message has it: the path of a file. */
  readonly name: string;
};

/** One line of a CSV file. */
export type Person = {
  /**
   * As it stands in the file, without what a spreadsheet has put around it; of a line with too few or too many cells what
   * stands in for it, and says so.
   */
  readonly number: string;
  /** The region column of the line; `null` where there is none. */
  readonly region: string | null;
  /** Every column by its name. */
  readonly columns: ReadonlyMap<string, string>;
  /** Line of the file, the heading being 1; of a quoted text over several lines the last one. */
  readonly line: number;
  /** How many cells fewer than the heading it has. */
  readonly absent: number;
};

/**
 * Reads people from a CSV with a heading line; comma, semicolon and tab are told apart by the heading.
 *
 * @param text - with `\n` between its lines, cut anywhere
 * @throws ListError when it is no CSV, has no such column, or several that may be meant. It never repeats what a line holds
 * @throws whatever the text throws, as it is
 */
export async function* readPeople(
  text: AsyncIterable<string>,
  { name, ...options }: PeopleOptions,
): AsyncGenerator<Person> {
  let heading: Heading | null = null;
  let regionBefore: string | null = null;
  const reached: Reached = { lines: 0, empty_lines: 0 };
  try {
    for await (const row of rowsOf(text, reached)) {
      const { record, info } = row as { record: string[]; info: { lines: number } };
      if (heading === null) {
        heading = readHeading(record.map(cleanName), options);
        continue;
      }
      const person = personOf(heading, record, { line: info.lines, regionBefore });
      regionBefore = person.region;
      if (faultOf(person.number) === null && person.number !== "")
        requireNoRival(heading, record.map(cleanNumber), info.lines);
      yield person;
    }
  } catch (error) {
    throw inWords(name, error, reached);
  }
  if (heading === null) throw new ListError(`${name}: expected a heading line, got an empty file`);
}

async function* rowsOf(pieces: AsyncIterable<string>, reached: Reached): AsyncGenerator {
  const text = pieces[Symbol.asyncIterator]();
  const { start, delimiter } = withoutSeparatorLine(await beginningOf(text));
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

/** Text with the whole heading in it, by which the delimiter is told: what comes from a network may come letter by letter. */
async function beginningOf(text: AsyncIterator<string>): Promise<string> {
  let start = "";
  while (start.length < HEADING_CHARACTERS && !hasHeading(start)) {
    const next = await text.next();
    if (next.done) break;
    start += next.value;
  }
  return start;
}

async function* joined(start: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield start;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/** @param regionBefore - that of the line before: a line that cannot be read is counted there, and nobody is texted for it */
function personOf(heading: Heading, record: readonly string[], place: Place): Person {
  const { names, numberIndex, regionIndex } = heading;
  const fault = faultIn(heading, record);
  const region = (regionIndex === null ? null : record[regionIndex]) || null;
  return {
    number: fault === null ? cleanNumber(record[numberIndex] ?? "") : standInFor(fault),
    region: fault === null ? region : place.regionBefore,
    columns: new Map(names.map((name, index) => [name, cleanCell(record[index] ?? "")])),
    line: place.line,
    absent: Math.max(0, names.length - record.length),
  };
}

/** A file of rejected lines says what was wrong with each: what was cells too few there still is where none was filled in. */
function faultIn({ names, needed }: Heading, record: readonly string[]): LineFault | null {
  if (record.slice(names.length).some((cell) => cell !== "")) return "too_many_cells";
  if (needed.some((index) => record[index] === undefined)) return "missing_cells";
  const wasShort = record.some((cell, index) => cell === SHORT && isReasonColumn(names[index] ?? ""));
  return wasShort && needed.some((index) => record[index] === "") ? SHORT : null;
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
function inWords(name: string, error: unknown, { lines, empty_lines }: Reached): unknown {
  // Whatever is thrown by what the text comes from is not about the text.
  if (!(error instanceof CsvError)) return error;
  const blank = Number(Reflect.get(Object(error), "empty_lines") ?? empty_lines) - empty_lines;
  const line = lines + 1 + blank;
  const words = IN_WORDS[error.code];
  if (words === undefined) return new ListError(`${name} cannot be read as CSV: ${error.code}`);
  return new ListError(`line ${line} of ${name}: ${words}`, { line });
}
