import { type ColumnOfText, columnsOfText } from "../columns/columns-of-text.ts";
import type { Person } from "./read-people.ts";

/** What a text needs of each person: its placeholders with the values of their columns. */
export type ValuesOfText = (
  person: Pick<Person, "columns">,
) => readonly (readonly [placeholder: string, value: string])[];

/**
 * Reads the values that a text needs. Everybody in a file has the same columns: which are needed is found out once.
 *
 * @throws ListError for a placeholder without a column
 */
export function createValuesOfText(placeholders: readonly string[]): ValuesOfText {
  let needed: ColumnOfText[] | null = null;
  return ({ columns }) => {
    needed ??= columnsOfText(placeholders, [...columns.keys()]);
    return needed.map(({ placeholder, column }) => [placeholder, columns.get(column) ?? ""] as const);
  };
}
