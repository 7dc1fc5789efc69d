import { types } from "node:util";
import { ProducerError } from "../terms/producer-error.ts";

/** The words with which Redis begins a refusal that passes, by itself or when somebody has looked after it. */
const PASSING: ReadonlySet<string> = new Set([
  "ASK",
  "BUSY",
  "CLUSTERDOWN",
  "EXECABORT",
  "LOADING",
  "MASTERDOWN",
  "MISCONF",
  "MOVED",
  "NOREPLICAS",
  "READONLY",
  "TRYAGAIN",
  "UNBLOCKED",
]);

/** Mistakes in a program, by the names of their errors: they are no trouble of Redis. */
const OWN_MISTAKES: ReadonlySet<string> = new Set(["TypeError", "RangeError", "SyntaxError", "ReferenceError"]);

/**
 * Gives an error that came out of a call to Redis its stable code.
 *
 * Redis says in the first word of a refusal what it is about. What is no refusal, and no mistake of a program, is the
 * connection's trouble, whatever ioredis or the system call it.
 *
 * @returns an error that has a code already as it is
 */
export function withCode(error: unknown): unknown {
  if (!isError(error) || hasCode(error) || OWN_MISTAKES.has(error.name)) return error;
  if (error.name !== "ReplyError") return unavailable(`Redis cannot be reached (${error.message})`, error);
  const [word = ""] = /^[A-Z]+/.exec(error.message) ?? [];
  if (word === "OOM") return full("Redis takes nothing more, its memory is full", error);
  if (PASSING.has(word)) return unavailable(`Redis cannot do it now (${error.message})`, error);
  const message = `Redis refuses what it is asked for (${error.message})`;
  return new ProducerError("VOLLEY_REDIS_REFUSED", message, { cause: error });
}

/** What is said when Redis cannot be reached, or cannot answer now. */
export function unavailable(why: string, cause?: unknown): ProducerError {
  const message = `${why}. The same call with the same idempotency key may safely be made again.`;
  return new ProducerError("VOLLEY_REDIS_UNAVAILABLE", message, { cause });
}

/** What is said when Redis holds as much as it may. */
export function full(what: string, cause?: unknown): ProducerError {
  const message = `${what}; the same call may be made again when sends have been settled`;
  return new ProducerError("VOLLEY_REDIS_FULL", message, { cause });
}

/** Also one that was made in another realm, which `instanceof` does not see. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** A code of ours, or the number of a refusal of BullMQ's own. The system's codes are texts, such as `ECONNREFUSED`. */
function hasCode(error: Error): boolean {
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "number" || (typeof code === "string" && code.startsWith("VOLLEY_"));
}
