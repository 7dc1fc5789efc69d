import { ListError, type Person, type PeopleOptions, readPeople as readPeopleOfText } from "@volley/lists";
import { readText } from "../csv/read-text.ts";
import { CliError } from "../exit/cli-error.ts";
import { isUnopened } from "../exit/explain-error.ts";

/**
 * Reads people from a CSV file with a heading line.
 *
 * @param path - the file, in UTF-8
 * @throws CliError when the file cannot be read, is no CSV, has no such column, or several that may be meant. It never
 *   repeats what a line holds.
 * @throws the system's error when it cannot be opened
 */
export async function* readPeople(
  path: string,
  options: Pick<PeopleOptions, "numberColumn" | "placeholders"> = {},
): AsyncGenerator<Person> {
  try {
    yield* readPeopleOfText(readText(path), { ...options, name: path, numberColumnOption: "--number-column" });
  } catch (error) {
    if (error instanceof CliError || isUnopened(error)) throw error;
    throw new CliError(inWords(path, error), { cause: error });
  }
}

function inWords(path: string, error: unknown): string {
  if (error instanceof ListError) return error.message;
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown error";
  return `${path} cannot be read as CSV: ${code}`;
}
