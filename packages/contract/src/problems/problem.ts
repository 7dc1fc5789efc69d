import type { z } from "zod";
import { adviceOn } from "./advice.ts";
import { amount, isShownName, kindOf, shownName, withArticle } from "./kind-of.ts";
import { nearestField } from "./nearest-field.ts";

/** One mistake in a send: the field, what was expected and what came. Never holds recipients or message text. */
export type Problem = { readonly field: string; readonly message: string };

/** The most problems of one field. A hundred thousand numbers that are not strings are one mistake, not as many. */
const PROBLEMS_PER_FIELD = 20;

/** Fields that can hold a person's data, or in a URL a password: there not even a small number is repeated. */
const PRIVATE_FIELD = /^(?:to|body|parameters|options|callback_url)/;

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
    return [{ field, message: `expected ${issue.issues.map(expectationOf).join(" and ")}` }];
  }
  const words = issue.code === "invalid_value" ? issue.values.map(String) : [];
  const value = valueAt(data, issue.path);
  const kind = kindOf(value, { words, isPrivate: PRIVATE_FIELD.test(field) });
  return [{ field, message: `expected ${expectationOf(issue)}, got ${kind}${adviceOn(field, value)}` }];
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
    return name === "" ? shownName(String(step)) : `${name}.${shownName(String(step))}`;
  }, "");
}

function unknownField(path: readonly PropertyKey[], fields: readonly string[]): Problem {
  const name = String(path.at(-1));
  const nearest = nearestField(name, fields);
  if (nearest === undefined) return { field: fieldName(path), message: "unknown field" };
  // "send at" is no name, but nearly one.
  const isSpelling = isShownName(name.replaceAll(" ", ""));
  return { field: isSpelling ? name : fieldName(path), message: `unknown field, did you mean ${nearest}?` };
}

/** What was expected, in words. */
export function expectationOf(issue: z.core.$ZodIssue): string {
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
      // One of ours says what it takes; that of any JSON says nothing.
      return issue.message === "Invalid input" ? "a JSON value" : issue.message;
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

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined),
    data,
  );
}

function entries(count: number): string {
  return amount(count, "entry", "entries");
}
