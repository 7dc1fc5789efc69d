import { LIMITS } from "./limits.ts";
import { isNestedDeeper } from "./nesting.ts";
import { problemsOf, withArticle, type Problem } from "./problem.ts";
import { readParameters, type Parameters } from "./read-parameters.ts";
import { readRecipients, type Recipients } from "./read-recipients.ts";
import { fieldsOf, isOwnField, schemaOf, type Send, type SendType } from "./send.ts";
import { readTime } from "./time.ts";

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
 * Bad recipients alone do not make a send wrong: they are set aside in `recipients.refused`, so that one bad number
 * never fails its neighbours. A send with nobody left, or with any other mistake, is refused with all its problems.
 *
 * @param data - the job's data, unknown until it was read
 * @param now - the time that limits are counted from
 */
export function readSend(data: unknown, now: Date): ReadSend {
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    return refused(`expected an object, got ${kindOf(data)}`);
  }
  if (isNestedDeeper(data, LIMITS.nestingLevels)) {
    return refused(`expected at most ${LIMITS.nestingLevels} levels of objects and lists, got more`);
  }
  const type = typeOf(data);
  const parsed = schemaOf(type ?? "mt_text").safeParse(type ? data : { ...data, type: undefined });
  const problems = [
    ...(type ? [] : [unknownType(Reflect.get(data, "type"))]),
    ...(parsed.success ? [] : problemsOf(parsed.error.issues, data, fieldsOf(type ?? "mt_text"))),
    ...timeProblems(data, now),
    ...optionProblems(data),
  ];
  const recipients = readRecipients(stringsOf(Reflect.get(data, "to")));
  const nobodyIsLeft = recipients.requested > 0 && recipients.accepted.length === 0;
  if (problems.length > 0 || nobodyIsLeft) problems.push(...recipientProblems(recipients));
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const { to: _, parameters, ...message } = { parameters: undefined, ...parsed.data };
  return {
    ok: true,
    send: {
      message,
      recipients,
      parameters: readParameters(parameters),
      sendAt: timeOf(data, "send_at"),
      expireAt: timeOf(data, "expire_at"),
    },
  };
}

function refused(message: string): ReadSend {
  return { ok: false, problems: [{ field: "send", message }] };
}

function typeOf(data: object): SendType | null {
  const type: unknown = Reflect.get(data, "type");
  if (type === undefined) return "mt_text";
  return type === "mt_text" || type === "mt_binary" || type === "mt_media" ? type : null;
}

function unknownType(type: unknown): Problem {
  const got = typeof type === "string" ? JSON.stringify(type.slice(0, 40)) : kindOf(type);
  return { field: "type", message: `expected "mt_text" or "mt_binary" or "mt_media", got ${got}` };
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

function recipientProblems(recipients: Recipients): Problem[] {
  return recipients.refused.slice(0, RECIPIENTS_NAMED).map(({ index, recipient }) => ({
    field: `to[${index}]`,
    message: `expected an international number of 7 to 15 digits or a group ID, got ${recipient.length.toLocaleString("en")} ${recipient.length === 1 ? "character" : "characters"}`,
  }));
}

function timeOf(data: object, field: "send_at" | "expire_at"): Date | null {
  const text: unknown = Reflect.get(data, field);
  return typeof text === "string" ? readTime(text) : null;
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return value === undefined ? "nothing" : withArticle(typeof value);
}
