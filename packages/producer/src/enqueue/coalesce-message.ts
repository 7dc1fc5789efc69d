import { InvalidSendError, LIMITS, normaliseRecipient, readSend, readTime, type Send } from "@volley/contract";
import { refusalOf } from "../terms/read-message.ts";

type WithoutRecipients<One> = One extends unknown ? Omit<One, "to" | "parameters"> : never;

/** What all messages of one group have in common: every field of a send but its recipients and their values. */
export type Template = WithoutRecipients<Send>;

/** A message to one recipient, with this recipient's own values for the placeholders. */
export type CoalesceMessage = Template & {
  /** One recipient. */
  readonly to: string;
  /** One value per placeholder `${key}` of the body, for this recipient. */
  readonly parameters?: Readonly<Record<string, string>>;
};

/** What is read of a message every time; its template is read once per group. */
export type OwnFields = {
  /** As it goes over the wire. */
  readonly recipient: string;
  /** The placeholders, sorted. */
  readonly keys: readonly string[];
  /** One per placeholder, in the same order. */
  readonly values: readonly string[];
};

/**
 * Reads what is a message's own, and nothing of its template.
 *
 * @returns `null` when something is wrong with it: {@link requireMessage} says what
 */
export function readOwnFields(to: unknown, parameters: unknown): OwnFields | null {
  const recipient = typeof to === "string" ? normaliseRecipient(to) : null;
  if (recipient === null) return null;
  if (parameters === undefined || parameters === null) return { recipient, keys: [], values: [] };
  if (!isRecord(parameters)) return null;
  const keys = Object.keys(parameters).sort();
  const values: string[] = [];
  for (const key of keys) {
    const value = parameters[key];
    if (typeof value !== "string" || value.length > LIMITS.parameterValueCharacters) return null;
    values.push(value);
  }
  return { recipient, keys, values };
}

/**
 * Checks a whole message as the send to one recipient that it is.
 *
 * @returns the refusal of a message whose time is over, with which nothing else is wrong: it may come a second time
 * @throws InvalidSendError with every mistake
 */
export function requireMessage(message: unknown, now: Date): InvalidSendError | null {
  const read = readSend(isRecord(message) ? asSend(message) : message, now);
  const problems = refusalOf(read, now);
  if (problems.length === 0) return null;
  const refusal = new InvalidSendError(
    problems.map((problem) => ({ ...problem, field: problem.field.replace(/^to\[0\]/, "to") })),
  );
  if (!read.ok) throw refusal;
  return refusal;
}

/** When the messages of a template are to be sent; `null` for at once. */
export function sendAtOf({ send_at: sendAt }: Template): Date | null {
  return sendAt === undefined ? null : readTime(sendAt);
}

function asSend({ to, parameters, ...template }: Readonly<Record<string, unknown>>): unknown {
  if (!isRecord(parameters)) return { ...template, to: [to], ...(parameters !== undefined && { parameters }) };
  const recipient = typeof to === "string" ? to : "default";
  const entries = Object.entries(parameters).map(([key, value]) => [key, { [recipient]: value }]);
  return { ...template, to: [to], ...(entries.length > 0 && { parameters: Object.fromEntries(entries) }) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
