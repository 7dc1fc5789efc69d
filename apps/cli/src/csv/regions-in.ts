import { CliError } from "../cli-error.ts";
import { columnsInWords } from "./columns-in-words.ts";
import type { Person } from "./read-people.ts";
import { regionOf } from "./sends-from-people.ts";

/** Where people are looked for, and what the text needs of them. */
export type RegionsInOptions = {
  /** Columns that stand in the body. */
  readonly keys: readonly string[];
  /** For lines without a region of their own. */
  readonly region: string | undefined;
};

/**
 * The regions in a file, in the order of their first mention. Where no line names one it is `[null]`: a message can be
 * looked at without knowing where it goes.
 *
 * @throws CliError for what makes a file unfit to be sent: nobody in it, a column that is missing, lines without a region
 *   among others that have one
 */
export async function regionsIn(
  people: AsyncIterable<Person>,
  { keys, region }: RegionsInOptions,
): Promise<(string | null)[]> {
  const regions = new Set<string | null>();
  for await (const person of people) {
    if (regions.size === 0) requireColumns(person, keys);
    regions.add(regionOrNull(person, region));
    if (regions.size > 1 && regions.has(null)) throw withoutRegion();
  }
  if (regions.size === 0) throw new CliError("expected at least one line below the heading, got none");
  return [...regions];
}

/** The region of a line; `null` where neither it nor `fallback` names one. @throws CliError for what cannot be a name */
export function regionOrNull(person: Person, fallback: string | undefined): string | null {
  return person.region === null && fallback === undefined ? null : regionOf(person, fallback);
}

function withoutRegion(): CliError {
  return new CliError("expected a region in every line or --region, got lines with and lines without one");
}

function requireColumns({ columns }: Person, keys: readonly string[]): void {
  const missing = keys.find((key) => !columns.has(key));
  if (missing === undefined) return;
  throw new CliError(
    `expected a column named ${missing} for \${${missing}}, got ${columnsInWords([...columns.keys()])}`,
  );
}
