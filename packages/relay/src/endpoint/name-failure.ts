import { types } from "node:util";
import { RefusedError } from "./guard.ts";

/** By the code of an error, which never has anything of the request or of an answer in it. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:ENOTFOUND|EAI_\w+|ENODATA)$/, "its name cannot be resolved"],
  [/^ECONNREFUSED$/, "the connection is refused"],
  [/^(?:ECONNRESET|EPIPE)$/, "the connection was cut"],
  [/^(?:ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN)$/, "its address cannot be reached"],
  [/^(?:CERT_|ERR_TLS|ERR_SSL|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/, "TLS fails"],
  [/^HPE_HEADER_OVERFLOW$/, "the head of its answer is longer than 16 kB"],
  [/^HPE_/, "its answer is no HTTP"],
];

/** What a filtering agent says of an address. */
const PRIVATE = /^DNS lookup (?<address>[\da-f.:]+)\(.*is not allowed/i;

/** Why a request has failed, in words that may be logged and shown. */
export function nameFailure(error: unknown, timeoutMs: number): string {
  if (error instanceof RefusedError) return `refused: ${error.message}`;
  if (!isError(error)) return "it failed";
  const { address } = PRIVATE.exec(error.message)?.groups ?? {};
  if (address !== undefined) {
    return `refused: its address ${address} is private, and in no network of VOLLEY_EVENTS_ALLOW_NETWORKS`;
  }
  const code = codeOf(error);
  if (code === "ABORT_ERR") return `no answer within ${timeoutMs / 1_000} s`;
  const name = NAMES.find(([pattern]) => pattern.test(code))?.[1] ?? "it failed";
  return code === "" ? name : `${name} (${code})`;
}

/** Where several addresses were tried, the first one's. */
function codeOf(error: Error): string {
  const errors: unknown = Reflect.get(error, "errors");
  const code: unknown = Reflect.get(Object(Array.isArray(errors) ? errors[0] : error), "code");
  return typeof code === "string" ? code : "";
}

/** Also one that was made in another realm, which `instanceof` does not see. */
function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
