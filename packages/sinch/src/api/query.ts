import { types } from "node:util";
import type { Rejected } from "../failures/outcome.ts";
import { refuseInvalidValue } from "./invalid-value.ts";

/** What a query may hold. Lists are joined by commas, as Sinch's own clients do. */
type QueryValue = string | number | boolean | Date | readonly (string | number)[];

/** A query by the provider's own names; what is not set is left out. */
export type Query = Readonly<Record<string, QueryValue | null | undefined>>;

/** Writes a query, with its question mark; nothing where it is empty. Or says why it cannot be written. */
export function queryString(query: Query): string | Rejected {
  const refusal = refuseInvalidValue(query);
  if (refusal !== null) return refusal;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, textOf(value));
  }
  return search.size === 0 ? "" : `?${search.toString()}`;
}

function textOf(value: QueryValue): string {
  if (types.isDate(value)) return value.toISOString();
  return typeof value === "object" ? value.join(",") : String(value);
}
