import type { Failure } from "./outcome.ts";

/** What a call came to: what was asked for, or why not. Never an exception. */
export type Result<T> = { readonly kind: "ok"; readonly value: T } | Failure;
