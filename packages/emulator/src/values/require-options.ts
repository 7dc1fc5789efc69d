/** What an option may be: in words, as in "expected …", and whether a value is. */
export type OptionKind = readonly [expected: string, isGood: (value: unknown) => boolean];

/** Every option of a type, none forgotten: the compiler compares them. */
export type Kinds<Options> = Readonly<Record<keyof Options, OptionKind>>;

/** The longest time that a timer waits for, in milliseconds: a longer one ends at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** A name that says what it is for; another one may be a token in the wrong place. */
const NAME = /^[A-Za-z_]{1,30}$/;

export const TEXT: OptionKind = [
  "a text of at least 1 character",
  (value) => typeof value === "string" && value !== "",
];

export const FUNCTION: OptionKind = ["a function", (value) => typeof value === "function"];

export const OBJECT: OptionKind = ["an object", isObject];

/** A whole number, by default what a timer waits for. */
export function wholeNumber(from: number, to = LONGEST_TIMER_MS): OptionKind {
  const isGood = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= from && Number(value) <= to;
  return [`a whole number from ${from} to ${to}`, isGood];
}

/**
 * Checks the options of a call. One that is `undefined` counts as left out.
 *
 * @param where - whose options they are
 * @throws TypeError naming the option and what was expected, or the nearest known name; never a value
 */
export function requireOptions(where: string, options: unknown, kinds: Readonly<Record<string, OptionKind>>): void {
  if (!isObject(options)) throw new TypeError(`${where}: expected an object of options, got ${typeOf(options)}`);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw new TypeError(`${where}.${unknownOption(name, Object.keys(kinds))}`);
    const [expected, isGood] = kind;
    if (!isGood(value)) throw new TypeError(`${where}.${name}: expected ${expected}, got ${typeOf(value)}`);
  }
}

function unknownOption(name: string, known: readonly string[]): string {
  if (!NAME.test(name)) return `(${name.length} characters): unknown option, expected ${known.join(", ")}`;
  const near = known
    .map((option) => ({ option, edits: editsBetween(name.toLowerCase(), option.toLowerCase()) }))
    .filter(({ option, edits }) => edits <= Math.max(1, Math.floor(option.length / 3)))
    .sort((a, b) => a.edits - b.edits)[0];
  return `${name}: unknown option, ${near ? `did you mean ${near.option}?` : `expected ${known.join(", ")}`}`;
}

/** How many characters have to be put in, taken out or changed (Levenshtein). */
function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, character] of from.split("").entries()) {
    const next = [index + 1];
    for (const [column, other] of to.split("").entries()) {
      const changed = (row[column] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function typeOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  const type = Array.isArray(value) ? "array" : typeof value;
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}
