import { cleanName } from "../csv/clean-cell.ts";
import { columnFor } from "./column-for.ts";
import { columnsInWords } from "./columns-in-words.ts";
import { findNumberColumn } from "./find-number-column.ts";
import { looksLikeNumber } from "./looks-like-number.ts";
import { ListError } from "../terms/list-error.ts";

/** Which column is which. */
export type Heading = {
  readonly names: readonly string[];
  readonly numberIndex: number;
  /** Columns that may hold the numbers instead, should their values look like some. */
  readonly rivals: readonly number[];
  /** `null` where there is none. */
  readonly regionIndex: number | null;
  /** Which cells every line has: spreadsheets leave out empty ones at its end, but nobody can tell them from lost ones. */
  readonly needed: readonly number[];
  /** By which somebody names the column with the numbers. */
  readonly numberColumnOption: string;
};

/** How a heading is read. */
export type HeadingOptions = {
  /** The column with the numbers; without it the only one whose name says so. */
  readonly numberColumn?: string | undefined;
  /** What that option is called, as a message says it. @default "number_column" */
  readonly numberColumnOption?: string;
  /** Those of the text: a line that ends before one of their columns is refused. */
  readonly placeholders?: readonly string[];
};

const NUMBER_COLUMN_OPTION = "number_column";

/** What a column of numbers is usually called, as a message says it; many more are known. */
const USUAL_NAMES = "number, phone, msisdn, recipient, to, mobile, tel, telephone, cell, mobil, telefon";

/** The column that says to which region a line belongs. */
const REGION_COLUMN = "region";

/**
 * Finds the columns in the first line of a file.
 *
 * @param names - the cells of the line
 * @throws ListError when the line is no heading, a name stands in it twice, or it does not say which column has the numbers
 */
export function readHeading(
  names: readonly string[],
  { numberColumn, numberColumnOption = NUMBER_COLUMN_OPTION, placeholders = [] }: HeadingOptions = {},
): Heading {
  // Before anything is repeated: in a file without a heading the first line is a person.
  if (names.some(looksLikeNumber)) {
    throw ofHeading("expected a heading with the names of the columns, got a line with a number in it");
  }
  const twice = firstTwice(names);
  if (twice !== undefined) throw ofHeading(`expected every column once, got ${columnsInWords([twice])} twice`);
  const regionIndex = names.findIndex((name) => name.toLowerCase() === REGION_COLUMN);
  const option = numberColumnOption;
  const { index, rivals } =
    numberColumn === undefined ? chooseColumn(names, option) : namedColumn(names, numberColumn, option);
  return {
    names,
    numberIndex: index,
    rivals: rivals.filter((rival) => rival !== regionIndex),
    regionIndex: regionIndex === -1 ? null : regionIndex,
    numberColumnOption,
    needed: [index, regionIndex, ...placeholders.map((placeholder) => indexFor(placeholder, names))].filter(
      (each) => each !== -1,
    ),
  };
}

function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  // A set has grown unless the name was in it.
  return names.find((name) => name !== "" && seen.size === seen.add(name).size);
}

/** -1 where it has no column, which is told elsewhere. */
function indexFor(placeholder: string, names: readonly string[]): number {
  const found = columnFor(placeholder, names);
  return found.kind === "found" ? names.indexOf(found.name) : -1;
}

type Chosen = { readonly index: number; readonly rivals: readonly number[] };

function chooseColumn(names: readonly string[], option: string): Chosen {
  const column = findNumberColumn(names);
  switch (column.kind) {
    case "found":
      return column;
    case "several":
      throw ofHeading(
        severalInWords(
          column.indexes.map((index) => nameOf(names, index)),
          option,
        ),
      );
    case "none":
      throw missing(USUAL_NAMES, names, option);
    default:
      return column satisfies never;
  }
}

function namedColumn(names: readonly string[], wanted: string, option: string): Chosen {
  const index = names.indexOf(cleanName(wanted));
  if (index === -1) throw missing(wanted, names, option);
  return { index, rivals: [] };
}

function missing(wanted: string, names: readonly string[], option: string): ListError {
  return new ListError(`expected a column named ${wanted} (or ${option}), got ${columnsInWords(names)}`, { line: 1 });
}

function ofHeading(message: string): ListError {
  return new ListError(`line 1: ${message}`, { line: 1 });
}

/** A column as a message names it. */
export function nameOf(names: readonly string[], index: number): string {
  return names[index] || `the unnamed column ${index + 1}`;
}

/** What somebody does where several columns may hold the numbers, and one of them would be a guess. */
export function severalInWords(names: readonly string[], option: string): string {
  const all = `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
  return `${columnsInWords([all])} may each hold the numbers: name one with ${option}, or rename the others`;
}
