import { types } from "node:util";
import type { Rejected } from "../failures/outcome.ts";

/** What is wrong with a value. */
type Fault = { readonly code: "invalid_time" | "invalid_number"; readonly text: string };

/**
 * Refuses fields of which one holds, at whatever depth, a `Date` that is no time or a number that is none. JSON would
 * write both as null, and null is something else: for a time it means now, so that a batch for tomorrow would be sent at
 * once; in a change it takes the field back.
 *
 * @returns `null` where there is none. Only the field at the top is named: below it, keys may be recipients
 */
export function refuseInvalidValue(fields: object): Rejected | null {
  for (const [name, value] of Object.entries(fields)) {
    const fault = faultIn(value);
    if (fault) return { kind: "rejected", status: 400, code: fault.code, text: `${name}: ${fault.text}` };
  }
  return null;
}

/** Refuses fields that cannot be written as JSON: an object that holds itself, a `BigInt`, one nested too deep. */
export function refuseUnwritable(fields: object): Rejected {
  const name = Object.entries(fields).find(([, value]) => !isWritable(value))?.[0] ?? "body";
  return { kind: "rejected", status: 400, code: "invalid_body", text: `${name}: expected what JSON can hold` };
}

function faultIn(value: unknown): Fault | null {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return { code: "invalid_number", text: `expected a number, got ${value}` };
  }
  if (typeof value !== "object" || value === null) return null;
  if (types.isDate(value)) {
    const isTime = !Number.isNaN(value.getTime());
    return isTime ? null : { code: "invalid_time", text: "expected a time, got an invalid Date" };
  }
  for (const inner of Object.values(value)) {
    const fault = faultIn(inner);
    if (fault) return fault;
  }
  return null;
}

function isWritable(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}
