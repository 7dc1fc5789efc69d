import { type ColumnOfText, columnsOfText, type Person } from "@volley/lists";
import { CliError } from "../exit/cli-error.ts";
import { regionOf } from "./sends-from-people.ts";

/** Where people are looked for, and what the text needs of them. */
export type RegionsInOptions = {
  /** Those of the body. */
  readonly placeholders: readonly string[];
  /** For lines without a region of their own. */
  readonly region: string | undefined;
};

/** What a file says about regions and texts. */
export type RegionsIn = {
  /** In the order of their first mention; `[null]` where no line names one. */
  readonly regions: readonly (string | null)[];
  /** The columns that stand in the text. */
  readonly columns: readonly ColumnOfText[];
};

/**
 * The regions in a file. A message can be looked at without knowing where it goes.
 *
 * @throws CliError for what makes a file unfit to be sent: nobody in it, a column that is missing, lines without a region
 *   among others that have one
 */
export async function regionsIn(
  people: AsyncIterable<Person>,
  { placeholders, region }: RegionsInOptions,
): Promise<RegionsIn> {
  const regions = new Set<string | null>();
  let columns: readonly ColumnOfText[] | null = null;
  for await (const person of people) {
    columns ??= columnsOfText(placeholders, [...person.columns.keys()]);
    regions.add(regionOrNull(person, region));
    if (regions.size > 1 && regions.has(null)) throw withoutRegion();
  }
  if (columns === null) throw new CliError("expected at least one line below the heading, got none");
  return { regions: [...regions], columns };
}

/** The region of a line; `null` where neither it nor `fallback` names one. @throws CliError for what cannot be a name */
export function regionOrNull(person: Person, fallback: string | undefined): string | null {
  return person.region === null && fallback === undefined ? null : regionOf(person, fallback);
}

function withoutRegion(): CliError {
  return new CliError("expected a region in every line or --region, got lines with and lines without one");
}
