import { Readable, pipeline } from "node:stream";
import { parse } from "csv-parse";
import { CliError } from "../cli-error.ts";
import { delimiterOf } from "./delimiter-of.ts";
import { readHeading, type Heading } from "./read-heading.ts";
import { readText } from "./read-text.ts";
import { requireNoRival } from "./require-no-rival.ts";

/** One line of a CSV file. */
export type Person = {
  /** As it stands in the file. */
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
 * @param numberColumn - the column with the numbers; without it the only one that may hold them
 * @throws CliError when the file cannot be read, is no CSV, has no such column, or several that may be meant. It never
 *   repeats what a line holds.
 */
export async function* readPeople(path: string, numberColumn?: string): AsyncGenerator<Person> {
  let heading: Heading | null = null;
  try {
    for await (const row of rowsOf(readText(path))) {
      const { record, info } = row as { record: string[]; info: { lines: number } };
      if (heading === null) {
        heading = readHeading(record, numberColumn);
        continue;
      }
      requireNoRival(heading, record, info.lines);
      yield personOf(heading, record, info.lines);
    }
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(path, error);
  }
  if (heading === null) throw new CliError(`${path}: expected a heading line, got an empty file`);
}

async function* rowsOf(text: AsyncGenerator<string>): AsyncGenerator {
  const first = await text.next();
  const start = first.done ? "" : first.value;
  const parser = parse({
    delimiter: delimiterOf(start),
    record_delimiter: "\n",
    info: true,
    skip_empty_lines: true,
    // What spreadsheets leave at the end: lines with nothing but delimiters.
    skip_records_with_empty_values: true,
    trim: true,
  });
  // Whatever fails on the way destroys the parser with its error, which the loop then throws.
  pipeline(Readable.from(joined(start, text)), parser, () => {});
  yield* parser;
}

async function* joined(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start;
  yield* rest;
}

function personOf({ names, numberIndex, regionIndex }: Heading, record: readonly string[], line: number): Person {
  return {
    number: record[numberIndex] ?? "",
    region: (regionIndex === null ? null : record[regionIndex]) || null,
    columns: new Map(names.map((name, index) => [name, record[index] ?? ""])),
    line,
  };
}

/** The parser's own messages may repeat the line, and with it a number: only their code and line are told. */
function unreadable(path: string, error: unknown): CliError {
  const told = typeof error === "object" && error !== null ? error : {};
  const code = "code" in told ? String(told.code) : "unknown error";
  const line = "lines" in told ? `, line ${String(told.lines)}` : "";
  return new CliError(`${path} cannot be read as CSV: ${code}${line}`);
}
