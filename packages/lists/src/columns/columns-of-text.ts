import { columnFor } from "./column-for.ts";
import { columnsInWords } from "./columns-in-words.ts";
import { ListError } from "../terms/list-error.ts";

/** A placeholder, and the column that it stands for. */
export type ColumnOfText = {
  readonly placeholder: string;
  readonly column: string;
  /** Whether the two differ in upper and lower case. */
  readonly isOtherCase: boolean;
};

/**
 * The columns whose values a text needs.
 *
 * @param placeholders - of the text
 * @param names - of all columns
 * @throws ListError when there is none for one of them, or more than one
 */
export function columnsOfText(placeholders: readonly string[], names: readonly string[]): ColumnOfText[] {
  return placeholders.map((placeholder) => {
    const found = columnFor(placeholder, names);
    switch (found.kind) {
      case "found":
        return { placeholder, column: found.name, isOtherCase: found.isOtherCase };
      case "several": {
        const both = columnsInWords([found.names.join(" and ")]);
        throw new ListError(
          `expected a column named ${placeholder} for \${${placeholder}}, got ${both}: write it as one of them`,
        );
      }
      case "none":
        throw new ListError(
          `expected a column named ${placeholder} for \${${placeholder}}, got ${columnsInWords(names)}`,
        );
      default:
        return found satisfies never;
    }
  });
}
