import type { z } from "zod";
import { LIMITS } from "../values/send-limits.ts";
import { isShownName, kindOf, shownName } from "../problems/kind-of.ts";
import { isNestedDeeper } from "../values/nesting.ts";
import { hasValues, keysWithoutDefault, placeholdersIn } from "../text/placeholders.ts";
import { problemsOf, type Problem } from "../problems/problem.ts";
import { readParameters, type Parameters } from "../recipients/read-parameters.ts";
import { recipientExpectation } from "./recipient-expectation.ts";
import { readRecipients, type Recipients } from "../recipients/read-recipients.ts";
import { combinationProblems } from "./send-options.ts";
import { fieldsOf, isOwnField, schemaOf, SEND_TYPES, type Send, type SendType, type Source } from "./send.ts";
import type { Staged } from "../recipients/staged.ts";
import { readTime } from "../values/time.ts";
import { withoutNulls } from "../values/without-nulls.ts";

/** A send that may be planned: times read, recipients normalised, each one once. */
export type ReadySend = {
  /** Everything that is the same for all recipients, in the wire's names. */
  readonly message: Omit<Send, "to" | "parameters">;
  readonly recipients: Recipients;
  readonly parameters: Parameters;
  /** `null` means at once. */
  readonly sendAt: Date | null;
  /** As the caller gave it; `null` means the provider's default, three days after `send_at`. */
  readonly expireAt: Date | null;
};

/** A send whose recipients are staged, and have to be fetched. */
export type ReadyStagedSend = Omit<ReadySend, "recipients"> & { readonly staged: Staged };

/** Either a staged send that may be planned, or everything that is wrong with it. */
export type ReadStagedSend =
  { readonly ok: true; readonly send: ReadyStagedSend } | { readonly ok: false; readonly problems: Problem[] };

/** Either a send that may be planned, or everything that is wrong with it. */
export type ReadSend =
  { readonly ok: true; readonly send: ReadySend } | { readonly ok: false; readonly problems: Problem[] };

/** Producers' and workers' clocks differ: an expiry that one of them found good must not be refused by the other. */
const CLOCK_SKEW_MS = 5 * 60_000;

/** The most recipients that are named, one by one, among the problems of a send that is refused anyway. */
const RECIPIENTS_NAMED = 20;

/**
 * Reads the data of a job, whoever wrote it.
 *
 * Bad recipients alone do not make a send wrong: they are rejected and stand in `recipients.rejections`, so that one bad number
 * never fails its neighbours. A send with nobody left, or with any other mistake, is refused with all its problems.
 *
 * @param data - the job's data, unknown until it was read
 * @param now - the time that limits are counted from
 */
export function readSend(data: unknown, now: Date): ReadSend {
  const { problems, parsed } = readMessage(data, "inJob", now);
  const values = readParameters(parsed?.type === "mt_binary" ? undefined : parsed?.parameters);
  // A placeholder without any entry is a mistake of the send, not of everybody in it.
  const keys = keysWithoutDefault(parsed?.body, values).filter((key) => values.has(key));
  const recipients = readRecipients(
    stringsOf(fieldOf(data, "to")),
    keys.length === 0 ? undefined : (recipient) => hasValues(recipient, keys, values),
  );
  const nobodyIsLeft = recipients.requested > 0 && recipients.accepted.length === 0;
  if (problems.length > 0 || nobodyIsLeft) problems.push(...recipientProblems(recipients));
  if (!parsed || problems.length > 0) return { ok: false, problems };
  const { to: _, parameters: __, ...message } = { parameters: undefined, ...parsed };
  return { ok: true, send: { message, recipients, parameters: values, ...timesOf(data) } };
}

/** Whether the recipients of a job's data are staged. */
export function isStaged(data: unknown): boolean {
  return (fieldOf(data, "staged") ?? null) !== null;
}

/**
 * Reads the data of a job whose recipients are staged, whoever wrote it. Who they are, and what is theirs, has to be
 * fetched from the stage, piece by piece.
 *
 * @param data - the job's data, unknown until it was read
 * @param now - the time that limits are counted from
 */
export function readStagedSend(data: unknown, now: Date): ReadStagedSend {
  const { problems, parsed } = readMessage(data, "inStage", now);
  if (!parsed || problems.length > 0) return { ok: false, problems };
  const { staged, parameters, ...message } = { parameters: undefined, ...parsed };
  return { ok: true, send: { message, staged, parameters: readParameters(parameters), ...timesOf(data) } };
}

/** What of a job's data fits its schema, and all mistakes that have nothing to do with who the recipients are. */
function readMessage<From extends Source>(
  given: unknown,
  source: From,
  now: Date,
): { problems: Problem[]; parsed: z.infer<ReturnType<typeof schemaOf<From>>> | null } {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return { problems: [problem(`expected an object, got ${kindOf(given)}`)], parsed: null };
  }
  if (isNestedDeeper(given, LIMITS.nestingLevels)) {
    const message = `expected at most ${LIMITS.nestingLevels} levels of objects and lists, got more`;
    return { problems: [problem(message)], parsed: null };
  }
  const data = withoutNulls(given);
  const type = typeOf(data);
  const schema = schemaOf(type ?? "mt_text", source);
  const parsed = schema.safeParse(type ? data : { ...data, type: undefined });
  const problems = [
    ...(type ? [] : [unknownType(Reflect.get(data, "type"))]),
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, data, fieldsOf(type ?? "mt_text"))),
    ...timeProblems(data, now),
    ...optionProblems(data),
    ...reportProblems(data),
    ...combinationProblems(type ?? "mt_text", fieldOf(data, "body"), fieldOf(data, "options")),
    ...(source === "inJob" ? placeholderProblems(data) : []),
    ...keyProblems(data),
  ];
  return { problems, parsed: parsed.success ? (parsed.data as z.infer<ReturnType<typeof schemaOf<From>>>) : null };
}

function problem(message: string): Problem {
  return { field: "send", message };
}

function timesOf(data: unknown): Pick<ReadySend, "sendAt" | "expireAt"> {
  return { sendAt: timeOf(data, "send_at"), expireAt: timeOf(data, "expire_at") };
}

function fieldOf(data: unknown, name: string): unknown {
  return typeof data === "object" && data !== null ? Reflect.get(data, name) : undefined;
}

function typeOf(data: object): SendType | null {
  const type: unknown = Reflect.get(data, "type");
  if (type === undefined) return "mt_text";
  return SEND_TYPES.find((known) => known === type) ?? null;
}

function unknownType(type: unknown): Problem {
  const expected = SEND_TYPES.map((known) => JSON.stringify(known)).join(" or ");
  return { field: "type", message: `expected ${expected}, got ${kindOf(type, { words: SEND_TYPES })}` };
}

function timeProblems(data: object, now: Date): Problem[] {
  const sendAt = timeOf(data, "send_at");
  const expireAt = timeOf(data, "expire_at");
  if (!expireAt) return [];
  const starts = sendAt && sendAt > now ? sendAt : now;
  if (sendAt && expireAt <= sendAt) {
    return [{ field: "expire_at", message: "expected a time after send_at, got one that is not" }];
  }
  if (expireAt.getTime() - starts.getTime() > LIMITS.expiryMs + CLOCK_SKEW_MS) {
    return [
      { field: "expire_at", message: "expected at most 3 days after send_at (the provider's limit), got a later time" },
    ];
  }
  return [];
}

function optionProblems(data: object): Problem[] {
  const options: unknown = Reflect.get(data, "options");
  if (typeof options !== "object" || options === null) return [];
  return Object.keys(options)
    .filter(isOwnField)
    .map((name) => ({ field: `options.${name}`, message: `expected at the top level as ${name}` }));
}

const NAMING_REPORTS = ["full", "per_recipient", "per_recipient_final"];

/** Who has to be sent to once more must be reported by name. */
function reportProblems(data: object): Problem[] {
  if (fieldOf(data, "retry_codes") === undefined) return [];
  if (NAMING_REPORTS.some((report) => report === fieldOf(data, "delivery_report"))) return [];
  const expected = NAMING_REPORTS.map((report) => JSON.stringify(report)).join(" or ");
  return [{ field: "delivery_report", message: `expected ${expected} beside retry_codes, got something else` }];
}

/** Sinch would fail every recipient, later and at a price. What it does with a text without parameters is not published. */
function placeholderProblems(data: object): Problem[] {
  const parameters = fieldOf(data, "parameters");
  // Every object has a `constructor` and a `toString` that nobody has given.
  const isGiven = (key: string): boolean =>
    Object.hasOwn(Object(parameters), key) && fieldOf(parameters, key) !== undefined;
  if (fieldOf(data, "type") === "mt_binary") return [];
  return placeholdersIn(fieldOf(data, "body"))
    .filter((key) => !isGiven(key))
    .map((key) => {
      const placeholder = isShownName(key) ? `\${${key}}` : "a placeholder";
      const message = `expected values for ${placeholder}, which stands in the body, got ${otherCaseOf(key, parameters)}`;
      return { field: `parameters.${shownName(key)}`, message };
    });
}

function otherCaseOf(key: string, parameters: unknown): string {
  const other = Object.keys(Object(parameters)).find((name) => name.toLowerCase() === key.toLowerCase());
  if (other === undefined) return "nothing";
  return isShownName(other) ? `some for \${${other}}` : "some for its name in another case";
}

/** Readers of JSON, zod among them, leave this key out without a word: its values would reach nobody. */
function keyProblems(data: unknown): Problem[] {
  if (!Object.hasOwn(Object(fieldOf(data, "parameters")), "__proto__")) return [];
  return [{ field: "parameters.__proto__", message: "expected a key that JavaScript does not use itself" }];
}

function recipientProblems(recipients: Recipients): Problem[] {
  return recipients.rejections.slice(0, RECIPIENTS_NAMED).map((rejection) => ({
    field: `to[${rejection.index}]`,
    message: `expected ${recipientExpectation(rejection)}`,
  }));
}

function timeOf(data: unknown, field: "send_at" | "expire_at"): Date | null {
  const text = fieldOf(data, field);
  return typeof text === "string" ? readTime(text) : null;
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}
