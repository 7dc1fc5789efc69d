import { expectationOf, kindOf, LIMITS, nearestField, shownName } from "@volley/contract";
import { z } from "zod";
import { ApiProblem, type RequestProblem } from "../terms/api-problem.ts";
import { pointerOf } from "./pointer.ts";

type Place = RequestProblem["in"];

/** More than these help nobody. */
const MOST = 50;

/** No route has so many fields. */
const MOST_FIELDS = 100;

/** As many as a text has room for, and as a list may have. */
const MOST_PLACEHOLDERS = LIMITS.bodyCharacters / "${x}".length;

/**
 * Looks how many fields a body has, before anything looks at each of them: what takes long keeps everybody waiting.
 *
 * @throws ApiProblem `invalid_request`
 */
export function requireFew(body: unknown): void {
  const fields = namesIn(body);
  if (fields > MOST_FIELDS) {
    throw invalid([{ pointer: "", in: "body", detail: `expected at most ${MOST_FIELDS} fields, got more` }]);
  }
  if (namesIn(Reflect.get(Object(body), "parameters")) <= MOST_PLACEHOLDERS) return;
  const detail = `expected at most ${MOST_PLACEHOLDERS} placeholders, got more`;
  throw invalid([{ pointer: "/parameters", in: "body", detail }]);
}

function namesIn(value: unknown): number {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value).length : 0;
}

/**
 * Looks at a part of a request.
 *
 * @returns what the schema makes of it
 * @throws ApiProblem `invalid_request` with every mistake
 */
export function requireGood<Schema extends z.ZodType>(schema: Schema, value: unknown, place: Place): z.output<Schema> {
  if (place === "query") requirePlus(value);
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const problems = read.error.issues.flatMap((issue) => problemsOf(issue, value, { schema, place })).slice(0, MOST);
  throw invalid(problems);
}

/** Parameters that may have a plus: a sender's number, times with an offset. */
const WITH_PLUS = ["from", "send_at", "expire_at", "since", "until"];

/** A blank before digits, or before an offset. */
const LOST_PLUS = /^ \d|:\d{2}(\.\d+)? \d{2}:?\d{2}$/;

/** @throws ApiProblem `invalid_request` where a plus was written as it is: in a query that is a blank */
function requirePlus(query: unknown): void {
  const names = WITH_PLUS.filter((name) => LOST_PLUS.test(String(Reflect.get(Object(query), name) ?? "")));
  if (names.length === 0) return;
  const detail = "expected a plus as %2B; as it is, it is a blank in a query";
  throw invalid(names.map((name) => ({ pointer: `/${name}`, in: "query", detail })));
}

/**
 * @public
 * @returns what is thrown for mistakes that a handler finds itself
 */
export function invalid(problems: readonly RequestProblem[]): ApiProblem {
  const [first] = problems;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : "";
  const where =
    first === undefined ? "" : `${first.pointer.slice(1).replaceAll("/", ".") || first.in}: ${first.detail}`;
  return new ApiProblem("invalid_request", `${where}${more}`, { problems });
}

function problemsOf(
  issue: z.core.$ZodIssue,
  value: unknown,
  { schema, place }: { readonly schema: z.ZodType; readonly place: Place },
): RequestProblem[] {
  if (issue.code !== "unrecognized_keys") {
    const got = kindOf(valueAt(value, issue.path), { isPrivate: true });
    const detail = `expected ${expectationOf(issue)}, got ${got}`;
    return [{ pointer: pointerOf(issue.path.map(shownStep)), in: place, detail }];
  }
  const known = issue.path.length === 0 && schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const what = place === "query" ? "unknown parameter" : "unknown field";
  return issue.keys.map((key) => {
    const nearest = nearestField(key, known);
    const detail = nearest === undefined ? what : `${what}, did you mean ${nearest}?`;
    return { pointer: pointerOf([...issue.path.map(shownStep), shownName(key)]), in: place, detail };
  });
}

/** A key in a path may be somebody's number. */
function shownStep(step: PropertyKey): PropertyKey {
  return typeof step === "number" ? step : shownName(String(step));
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}
