import type { Refusal } from "./refusal.ts";

/** A value that was read, or why it was not. */
export type Checked<Value> =
  { readonly isValid: true; readonly value: Value } | { readonly isValid: false; readonly refusal: Refusal };

/** A value that was read. */
export function valid<Value>(value: Value): Checked<Value> {
  return { isValid: true, value };
}

/** Why a value was not read. */
export function invalid(refusal: Refusal): { readonly isValid: false; readonly refusal: Refusal } {
  return { isValid: false, refusal };
}
