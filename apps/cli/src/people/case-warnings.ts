import type { ColumnOfText } from "@volley/lists";
import type { CheckWarning } from "@volley/producer";
import { people } from "../words/in-english.ts";

/**
 * Says which placeholders were taken for a column whose name is written in another case.
 *
 * @param recipients - who get the text
 */
export function caseWarnings(columns: readonly ColumnOfText[], recipients: number): CheckWarning[] {
  return columns
    .filter(({ isOtherCase }) => isOtherCase)
    .map(({ placeholder, column }) => ({
      code: "VOLLEY_PLACEHOLDER_CASE",
      message: `\${${placeholder}} is taken for the column ${column} of line 1: ${people(recipients)} with its values`,
    }));
}
