/** Calling codes of two digits, so that the numbers share no long beginning. */
const CALLING_CODES = ["31", "33", "34", "39", "44", "46", "48", "49", "90", "91"];

/** The largest prime below a billion, and a factor with which every product below stays exact. */
const PRIME = 999_999_937;
const FACTOR = 387_420_489;

/**
 * A number that nobody owns, a different one for each index, scattered like those of real people: consecutive numbers
 * would be kind to every table and cache that they pass.
 */
export function person(index: number): string {
  const code = CALLING_CODES[index % CALLING_CODES.length] ?? "";
  // Of eleven digits each, so that any two lists of one length have the same size.
  return code + String((index * FACTOR) % PRIME).padStart(9, "0");
}

/** One after the other, never all at once. */
export function* people(count: number, first = 0): Generator<string> {
  for (let index = first; index < first + count; index += 1) yield person(index);
}

/** The same in lists. */
export function* pagesOfPeople(count: number, size: number, first = 0): Generator<string[]> {
  for (let index = first; index < first + count; index += size) {
    yield [...people(Math.min(size, first + count - index), index)];
  }
}

/** The first name of a person, of eight letters. */
export function nameOf(index: number): string {
  return `Name${String(index % 10_000).padStart(4, "0")}`;
}

/** A person as a line of a text file. */
export function plainLine(index: number): string {
  return `${person(index)}\n`;
}

/** The same with the name in a second column. */
export function namedLine(index: number): string {
  return `${person(index)},${nameOf(index)}\n`;
}
