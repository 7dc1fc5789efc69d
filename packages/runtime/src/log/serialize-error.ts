import { isError } from "../terms/is-error.ts";

/** Node quotes what it could not parse: the beginning of a job's data, with whoever stands there. */
const QUOTING_ERROR = /\bJSON\b/;

/**
 * Seven digits or more with the separators of phone numbers between them. BullMQ names jobs in its messages, and the ID
 * of a job may be a phone number. Dots are none here: an address would go.
 */
const NUMBER = /\+?\p{Nd}(?:[\s()-]{0,3}\p{Nd}){6,}/gu;

/** What a log line keeps of an error. */
export type SerializedError = {
  type: string;
  code?: string | number;
  message: string;
  stack?: string;
  /** What lay below: names and codes only, outermost first. */
  causes?: ErrorName[];
};

/** An error by its name and code alone. */
export type ErrorName = { type: string; code?: string | number };

const MAX_CAUSES = 5;

/**
 * Keeps of an error what Node itself wrote, and nothing that a library hung on it: an HTTP client's error carries the
 * whole request, with the bearer token, the phone numbers and the text (measured with got 14, `style.md` section 4).
 * Causes are reduced to names and codes, because their messages are of unknown origin; from the message itself go phone
 * numbers, and what a JSON parser quotes.
 *
 * @param error - anything that was thrown; of what is no error only the type is kept
 */
export function serializeError(error: unknown): SerializedError {
  if (!isError(error)) return { type: typeof error, message: "something that is no error was thrown" };
  const { stack, message } = error;
  const shown = shownMessage(error);
  const causes = causesOf(error);
  return {
    ...nameOf(error),
    message: shown,
    ...(typeof stack === "string" ? { stack: withoutNumbers(stack.replaceAll(message, () => shown)) } : {}),
    ...(causes.length > 0 ? { causes } : {}),
  };
}

function shownMessage({ name, message }: Error): string {
  return name === "SyntaxError" && QUOTING_ERROR.test(message) ? "not JSON" : withoutNumbers(message);
}

function withoutNumbers(text: string): string {
  return text.replace(NUMBER, "(number)");
}

function causesOf(error: Error): ErrorName[] {
  const causes: ErrorName[] = [];
  let cause = below(error);
  while (cause !== undefined && causes.length < MAX_CAUSES) {
    causes.push(nameOf(cause));
    cause = below(cause);
  }
  return causes;
}

/** The cause, or the first of an AggregateError's. */
function below(error: Error): Error | undefined {
  const cause: unknown = error.cause ?? (error instanceof AggregateError ? error.errors[0] : undefined);
  return isError(cause) ? cause : undefined;
}

function nameOf(error: Error): ErrorName {
  const code = "code" in error ? error.code : undefined;
  const hasCode = typeof code === "number" || (typeof code === "string" && /^[\w.-]{1,64}$/.test(code));
  return { type: error.name, ...(hasCode ? { code } : {}) };
}
