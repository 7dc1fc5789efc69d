import type { z } from "zod";
import { nearestField } from "./nearest-field.ts";

/** One mistake in a send: the field, what was expected and what came. Never holds recipients or message text. */
export type Problem = { readonly field: string; readonly message: string };

/** The most characters of a given value that a problem repeats. */
const SHOWN_CHARACTERS = 40;

/** The most problems of one field. A hundred thousand numbers that are not strings are one mistake, not as many. */
const PROBLEMS_PER_FIELD = 20;

/** Fields that can hold a person's data, or in a URL a password: what came is described, never repeated. */
const PRIVATE_FIELD = /^(?:to|body|parameters|options|callback_url)/;

/** A key that is a name. A phone number or a sentence in a key's place is described, never repeated. */
const NAME = /^[\w.-]{1,40}$/;

/** As many digits as the shortest recipient has, less one: no name that is meant to be read has so many. */
const MANY_DIGITS = /(?:\d\D*){6}/;

/**
 * Turns what zod found into problems.
 *
 * @param issues - the issues of one failed parse
 * @param data - what was parsed, to say what came
 * @param fields - the known fields, to name the nearest one for an unknown field
 */
export function problemsOf(issues: readonly z.core.$ZodIssue[], data: unknown, fields: readonly string[]): Problem[] {
  return [...byField(issues)].flatMap(([field, ofField]) => {
    const first = ofField.slice(0, PROBLEMS_PER_FIELD).flatMap((issue) => problemsOfIssue(issue, data, fields));
    return [...distinct(first), ...more(field, ofField.length - PROBLEMS_PER_FIELD)];
  });
}

/** `a`, or `an` before a vowel, and the name of a type. */
export function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function byField(issues: readonly z.core.$ZodIssue[]): Map<string, z.core.$ZodIssue[]> {
  const groups = new Map<string, z.core.$ZodIssue[]>();
  for (const issue of issues) {
    const field = fieldName(issue.path.slice(0, 1));
    const group = groups.get(field);
    if (group) group.push(issue);
    else groups.set(field, [issue]);
  }
  return groups;
}

function problemsOfIssue(issue: z.core.$ZodIssue, data: unknown, fields: readonly string[]): Problem[] {
  if (issue.code === "unrecognized_keys") {
    const known = issue.path.length === 0 ? fields : [];
    return [
      ...issue.keys.slice(0, PROBLEMS_PER_FIELD).map((key) => unknownField([...issue.path, key], known)),
      ...more(fieldName(issue.path), issue.keys.length - PROBLEMS_PER_FIELD),
    ];
  }
  const field = fieldName(issue.path);
  if (issue.code === "invalid_key") {
    return [{ field, message: `expected ${issue.issues.map(expectation).join(" and ")}` }];
  }
  return [{ field, message: `expected ${expectation(issue)}, got ${description(valueAt(data, issue.path), field)}` }];
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.field}\n${problem.message}`, problem])).values()];
}

function more(field: string, count: number): Problem[] {
  return count > 0 ? [{ field, message: `and ${amount(count, "more problem", "more problems")}` }] : [];
}

/** The field as a reader would write it: `to[3]`, `parameters.name`. Keys that may be phone numbers are left out. */
function fieldName(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "send";
  const shown = path[0] === "parameters" ? path.slice(0, 2) : path;
  return shown.reduce<string>((name, step) => {
    if (typeof step === "number") return `${name}[${step}]`;
    return name === "" ? shownKey(String(step)) : `${name}.${shownKey(String(step))}`;
  }, "");
}

function shownKey(key: string): string {
  return NAME.test(key) && !MANY_DIGITS.test(key) ? key : `(${characters(key)})`;
}

function unknownField(path: readonly PropertyKey[], fields: readonly string[]): Problem {
  const name = String(path.at(-1));
  const nearest = nearestField(name, fields);
  if (nearest === undefined) return { field: fieldName(path), message: "unknown field" };
  return { field: name, message: `unknown field, did you mean ${nearest}?` };
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeInWords(issue.expected);
    case "invalid_value":
      return issue.values.map((value) => JSON.stringify(value)).join(" or ");
    case "too_small":
      return `at least ${size(Number(issue.minimum), issue.origin)}`;
    case "too_big":
      return `at most ${size(Number(issue.maximum), issue.origin)}`;
    case "invalid_union":
      return "a JSON value";
    default:
      return issue.message;
  }
}

function typeInWords(expected: string): string {
  if (expected === "record") return "an object";
  return expected === "nonoptional" ? "a value" : withArticle(expected);
}

function size(count: number, origin: string): string {
  if (origin === "array") return entries(count);
  return origin === "string" ? amount(count, "character", "characters") : count.toLocaleString("en");
}

/** What came, in words. Only fields that cannot hold a person's data are repeated. */
function description(value: unknown, field: string): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return entries(value.length);
  if (typeof value === "object") return "an object";
  switch (typeof value) {
    case "string":
      return isShown(value, field) ? JSON.stringify(value) : characters(value);
    case "number":
    case "boolean":
    case "bigint":
      return isShown(String(value), field) ? String(value) : withArticle(typeof value);
    default:
      return withArticle(typeof value);
  }
}

function isShown(text: string, field: string): boolean {
  return !PRIVATE_FIELD.test(field) && text.length <= SHOWN_CHARACTERS;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined),
    data,
  );
}

function entries(count: number): string {
  return amount(count, "entry", "entries");
}

function characters(text: string): string {
  return amount(text.length, "character", "characters");
}

function amount(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
