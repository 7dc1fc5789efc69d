import { types } from "node:util";

/** Whether it is an error, also one that was made in another realm (a `vm` context), which `instanceof` does not see. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** The code of an error that has a textual one, for example `ECONNREFUSED`. */
export function errorCode(error: unknown): string | undefined {
  return isError(error) && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
