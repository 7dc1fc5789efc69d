import { LIMITS, wrongRecipient } from "@volley/contract";
import { ListError } from "../terms/list-error.ts";
import { type ListLine, wrongLine } from "./list-line.ts";

/** Characters of one line. What is no such list at all may be a line of any length. */
const MOST_CHARACTERS = 1_000_000;

/** What an entry may have. */
const FIELDS: ReadonlySet<string> = new Set(["to", "parameters"]);

/**
 * The lines of a list with a JSON value in each, page by page: a number or a group ID, or `{ to, parameters }`. Blank
 * lines are nobody's.
 *
 * @param text - with `\n` between its lines, cut anywhere
 * @throws ListError for a line that is too long to be one
 */
export async function* linesOfJson(text: AsyncIterable<string>): AsyncGenerator<readonly ListLine[]> {
  let held = "";
  let line = 1;
  for await (const piece of text) {
    const lines = (held + piece).split("\n");
    held = lines.pop() ?? "";
    const long = [...lines, held].findIndex((each) => each.length > MOST_CHARACTERS);
    if (long !== -1) throw tooLong(line + long);
    yield* pagesOf(lines, line);
    line += lines.length;
  }
  yield* pagesOf([held], line);
}

/** A piece is never very long, and so neither are its pages. */
function* pagesOf(lines: readonly string[], first: number): Generator<readonly ListLine[]> {
  const page = lines.flatMap((text, index) => (text.trim() === "" ? [] : [lineOf(text, first + index)]));
  for (let start = 0; start < page.length; start += LIMITS.recipientsPerBatch) {
    yield page.slice(start, start + LIMITS.recipientsPerBatch);
  }
}

function lineOf(text: string, line: number): ListLine {
  const read = parse(text);
  if (read === null) return wrongLine(line, "invalid_json");
  const { value } = read;
  if (typeof value === "string") return { line, entry: value, reason: wrongRecipient(value) };
  if (typeof value !== "object" || value === null || Object.keys(value).some((field) => !FIELDS.has(field))) {
    return wrongLine(line, "invalid_line");
  }
  const { to, parameters }: { to?: unknown; parameters?: unknown } = value;
  if (typeof to !== "string") return wrongLine(line, "invalid_line");
  const values = parameters === undefined || parameters === null ? {} : valuesOf(parameters);
  if (values === null) return wrongLine(line, "invalid_parameters");
  const reason = wrongRecipient(to);
  return { line, entry: reason === null ? { to, parameters: values } : to, reason };
}

function parse(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** Values that are texts; one that is `null` is none. */
function valuesOf(parameters: unknown): Record<string, string> | null {
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) return null;
  const values: [string, string][] = [];
  for (const [key, value] of Object.entries(parameters) as [string, unknown][]) {
    if (value === null) continue;
    if (typeof value !== "string" || value.length > LIMITS.parameterValueCharacters) return null;
    values.push([key, value]);
  }
  return Object.fromEntries(values);
}

function tooLong(line: number): ListError {
  const message = `line ${line}: expected at most ${MOST_CHARACTERS.toLocaleString("en")} characters, got more`;
  return new ListError(message, { line });
}
