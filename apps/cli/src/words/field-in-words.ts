import { inEnglish } from "./in-english.ts";

/** An entry in a problem's field. */
const ENTRY = /^to\[(\d+)\]\.?/;

/**
 * The field of a problem, with the line of the file instead of an entry's place in a list: `to[17].parameters.name` is
 * `line 19, parameters.name`.
 *
 * @param lines - of the entries that are named, by their index
 */
export function fieldInWords(field: string, lines: ReadonlyMap<number, number>): string {
  const [start, index] = ENTRY.exec(field) ?? [];
  const line = lines.get(Number(index));
  if (start === undefined || line === undefined) return field;
  const rest = field.slice(start.length);
  return `line ${inEnglish(line)}${rest === "" ? "" : `, ${rest}`}`;
}

/** The entries that are named in fields of problems. */
export function entriesIn(problems: readonly { readonly field: string }[]): number[] {
  return problems.flatMap(({ field }) => ENTRY.exec(field)?.slice(1).map(Number) ?? []);
}
