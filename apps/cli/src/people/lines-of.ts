import type { Person } from "@volley/lists";

/**
 * The lines of some people, by their place among all of them. The file is read again instead of keeping a number for
 * each of its lines, and not beyond the last one that is asked for.
 *
 * @param indexes - counted from 0
 */
export async function linesOf(
  people: AsyncIterable<Person>,
  indexes: ReadonlySet<number>,
): Promise<ReadonlyMap<number, number>> {
  const lines = new Map<number, number>();
  if (indexes.size === 0) return lines;
  let index = 0;
  for await (const { line } of people) {
    if (indexes.has(index)) lines.set(index, line);
    if (lines.size === indexes.size) break;
    index += 1;
  }
  return lines;
}
