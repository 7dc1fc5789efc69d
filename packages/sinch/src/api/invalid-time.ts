import { types } from "node:util";
import type { Rejected } from "../failures/outcome.ts";

/**
 * Refuses fields of which one holds a `Date` that is no time, at whatever depth. JSON would write it as null, and no time
 * means now: a batch for tomorrow would be sent at once.
 *
 * @returns `null` where there is none. Only the field at the top is named: below it, keys may be recipients
 */
export function refuseInvalidTime(fields: object): Rejected | null {
  const entry = Object.entries(fields).find(([, value]) => holdsInvalidTime(value));
  if (entry === undefined) return null;
  const text = `${entry[0]}: expected a time, got an invalid Date`;
  return { kind: "rejected", status: 400, code: "invalid_time", text };
}

function holdsInvalidTime(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (types.isDate(value)) return Number.isNaN(value.getTime());
  return Object.values(value).some((inner) => holdsInvalidTime(inner));
}
