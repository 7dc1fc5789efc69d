import { CliError } from "../cli-error.ts";
import { columnsInWords } from "./columns-in-words.ts";
import { looksLikeNumber } from "./looks-like-number.ts";

/** Which column is which. */
export type Heading = {
  readonly names: readonly string[];
  readonly numberIndex: number;
  /** `null` where there is none. */
  readonly regionIndex: number | null;
};

/** Names that a column of numbers usually has. */
const NUMBER_COLUMNS = ["number", "phone", "msisdn", "recipient", "to", "mobile"];

/** The column that says to which region a line belongs. */
const REGION_COLUMN = "region";

/**
 * Finds the columns in the first line of a file.
 *
 * @param names - the cells of the line
 * @param wanted - the column with the numbers; without it the first one with a usual name, in any case
 * @throws CliError when the line is no heading, a name stands in it twice, or there is no column with numbers
 */
export function readHeading(names: readonly string[], wanted?: string): Heading {
  // Before anything is repeated: in a file without a heading the first line is a person.
  if (names.some(looksLikeNumber)) {
    throw new CliError("line 1: expected a heading with the names of the columns, got a line with a number in it");
  }
  const twice = names.find((name, index) => name !== "" && names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new CliError(`line 1: expected every column once, got ${columnsInWords([twice])} twice`);
  const lowerCase = names.map((name) => name.toLowerCase());
  const numberIndex =
    wanted === undefined ? lowerCase.findIndex((name) => NUMBER_COLUMNS.includes(name)) : names.indexOf(wanted);
  if (numberIndex === -1) {
    const expected = wanted === undefined ? NUMBER_COLUMNS.join(", ") : wanted;
    throw new CliError(`expected a column named ${expected} (or --number-column), got ${columnsInWords(names)}`);
  }
  const regionIndex = lowerCase.indexOf(REGION_COLUMN);
  return { names, numberIndex, regionIndex: regionIndex === -1 ? null : regionIndex };
}
