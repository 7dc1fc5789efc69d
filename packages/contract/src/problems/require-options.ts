import { kindOf, shownName } from "./kind-of.ts";
import { nearestField } from "./nearest-field.ts";

/** What an option may be. */
export type OptionKind = {
  /** In words, as in "expected …". */
  readonly expected: string;
  readonly isGood: (value: unknown) => boolean;
};

/** The longest time that a timer waits for, in milliseconds: a longer one ends at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * The kinds of options that calls have. A count or a time must be a whole number: Redis and timers take no other, and a
 * wrong one would show up late, as an error of theirs or as none.
 */
export const OPTION = {
  /** What is looked at elsewhere, with an error of its own. */
  anything: { expected: "a value", isGood: () => true },
  text: { expected: "a text of at least 1 character", isGood: (value) => typeof value === "string" && value !== "" },
  boolean: { expected: "true or false", isGood: (value) => typeof value === "boolean" },
  function: { expected: "a function", isGood: (value) => typeof value === "function" },
  object: { expected: "an object", isGood: isObject },
  signal: { expected: "an AbortSignal", isGood: (value) => hasFunctions(value, ["throwIfAborted"]) },
  /** A time that a timer waits for, in milliseconds. */
  timerMs: wholeNumber(1, LONGEST_TIMER_MS),
} as const satisfies Record<string, OptionKind>;

/** A whole number. @param to - the most; by default the most that is exact */
export function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER): OptionKind {
  return { expected: `a whole number ${range(from, to)}`, isGood: (value) => isBetween(value, from, to, true) };
}

/** A number that need not be whole. */
export function numberBetween(from: number, to = Number.MAX_VALUE): OptionKind {
  return { expected: `a number ${range(from, to)}`, isGood: (value) => isBetween(value, from, to, false) };
}

/** One of some words. */
export function oneOf(words: readonly string[]): OptionKind {
  const expected = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return { expected, isGood: (value) => typeof value === "string" && words.includes(value) };
}

/** A thing of which some methods are called. */
export function objectWith(methods: readonly string[]): OptionKind {
  return { expected: `an object with ${methods.join(", ")}`, isGood: (value) => hasFunctions(value, methods) };
}

/**
 * Checks the options of a call. One that is `undefined` counts as left out.
 *
 * @param where - whose options they are, for example `createProducer`
 * @param kinds - every option there is; whoever needs one looks for it alone
 * @throws TypeError naming the option and what was expected, or the nearest known name; never a value
 */
export function requireOptions(where: string, options: unknown, kinds: Readonly<Record<string, OptionKind>>): void {
  if (!isObject(options)) throw new TypeError(`${where}: expected an object of options, got ${kindOf(options)}`);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) throw new TypeError(`${where}.${unknownOption(name, Object.keys(kinds))}`);
    if (kind.isGood(value)) continue;
    const got = kindOf(value, { isPrivate: true });
    throw new TypeError(`${where}.${name}: expected ${kind.expected}, got ${got}`);
  }
}

function unknownOption(name: string, known: readonly string[]): string {
  const nearest = nearestField(name, known);
  const hint = nearest === undefined ? `expected ${known.join(", ")}` : `did you mean ${nearest}?`;
  return `${shownName(name)}: unknown option, ${hint}`;
}

function range(from: number, to: number): string {
  return to >= Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`;
}

function isBetween(value: unknown, from: number, to: number, isWhole: boolean): boolean {
  return typeof value === "number" && value >= from && value <= to && (!isWhole || Number.isInteger(value));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasFunctions(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => typeof Reflect.get(value, name) === "function");
}
