import type { Rejected } from "../failures/outcome.ts";
import { refuseInvalidValue, refuseUnwritable } from "./invalid-value.ts";

/** A body as JSON, or why it cannot be written. */
export type JsonBody = string | Rejected;

/** The body of a request that makes or replaces something: what is null is left out, at every depth. */
export function bodyWithoutNulls(body: object): JsonBody {
  return write(body, () => JSON.stringify(body, (_, value: unknown) => (value === null ? undefined : value)));
}

/** The body of a request that changes something: null resets a field, what is not set stays as it is. */
export function bodyWithNulls(body: object): JsonBody {
  return write(body, (text) => text);
}

/** Looks closer only where something is written as null, as an invalid time is: a batch has a thousand recipients. */
function write(body: object, writeNulls: (text: string) => string): JsonBody {
  const text = textOf(body);
  if (text === null) return refuseUnwritable(body);
  if (!text.includes("null")) return text;
  return refuseInvalidValue(body) ?? writeNulls(text);
}

function textOf(body: object): string | null {
  try {
    return JSON.stringify(body);
  } catch {
    return null;
  }
}
