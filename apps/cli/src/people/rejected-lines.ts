import { delimiterOf, type Person, reasonColumnBeside, withoutSeparatorLine } from "@volley/lists";
import { readText } from "../csv/read-text.ts";

/** What makes quotes necessary, whatever stands between two columns. */
const SPECIAL = /[",;\t\r\n]/;

/** A line with nothing but what stands between columns. */
const EMPTY = /^[\s,;"]*$/;

/**
 * The lines of a file that are rejected, as they stand there, with one more column that says why; first the heading. A line
 * with too few cells gets as many empty ones as the heading has, so that the reason stands in no other column.
 *
 * @param path - the file
 * @param people - everybody in it, from its beginning
 * @param reasonOf - `null` for a line that is not rejected
 */
export async function* rejectedLines(
  path: string,
  people: AsyncIterable<Person>,
  reasonOf: (person: Person) => string | null,
): AsyncGenerator<string> {
  const lines = linesIn(path);
  try {
    const { heading, line, separator } = await headingOf(lines);
    const delimiter = separator ?? delimiterOf(heading);
    if (separator !== null) yield `sep=${separator}\n`;
    yield `${heading}${delimiter}${reasonColumn(heading, delimiter)}\n`;
    let before = line;
    for await (const person of people) {
      const own = await linesUpTo(lines, person.line - before);
      before = person.line;
      const reason = reasonOf(person);
      if (reason !== null) yield `${own}${delimiter.repeat(1 + person.absent)}${cell(reason)}\n`;
    }
  } finally {
    await lines.return(undefined);
  }
}

type FirstLines = { readonly heading: string; readonly line: number; readonly separator: string | null };

/** The heading, which line it is, and what a line before it has named as the delimiter. */
async function headingOf(lines: Lines): Promise<FirstLines> {
  let separator: string | null = null;
  for (let line = 1; ; line += 1) {
    const { value = "", done } = await lines.next();
    const { start, delimiter } = line === 1 ? withoutSeparatorLine(value) : { start: value, delimiter: null };
    separator ??= delimiter;
    if (done || !EMPTY.test(start)) return { heading: value, line, separator };
  }
}

/** The next lines as they are. A quoted cell may go over several, and the empty ones before it are nobody's. */
async function linesUpTo(lines: Lines, count: number): Promise<string> {
  const own: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { value = "" } = await lines.next();
    if (own.length > 0 || !EMPTY.test(value)) own.push(value);
  }
  return own.join("\n");
}

function reasonColumn(heading: string, delimiter: string): string {
  return reasonColumnBeside(new Set(heading.split(delimiter).map((name) => name.trim().replaceAll('"', ""))));
}

function cell(text: string): string {
  return SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

type Lines = AsyncGenerator<string, undefined, undefined>;

async function* linesIn(path: string): Lines {
  let rest = "";
  for await (const text of readText(path)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
  return undefined;
}
