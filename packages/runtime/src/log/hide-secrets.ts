import { types } from "node:util";

import { isError } from "../terms/is-error.ts";
import { REDACTED_PATHS, censor } from "./redacted-paths.ts";
import { serializeError } from "./serialize-error.ts";

/** Deeper than this nothing is logged in this project; whatever is there is not shown. */
const MAX_DEPTH = 5;

const HIDDEN_NAMES = new Set(REDACTED_PATHS.filter((path) => !path.startsWith("err.")));

/**
 * Makes an object ready to be logged: values under the names of {@link REDACTED_PATHS} are hidden, however deep, and
 * errors are cut down to what `serializeError` keeps. The object itself stays as it is.
 *
 * One walk instead of pino's own redaction: with wildcards that made a line cost 70 to 90 µs instead of 5, and it cannot tell the
 * `message` of an error from the `message` of a send.
 */
export function hideSecrets(line: object): Record<string, unknown> {
  if (isError(line)) return { err: serializeError(line) };
  return hideIn(line, MAX_DEPTH);
}

/** The same for one value that stands alone, such as an argument of `%o`. */
export function hideSecretsIn(value: unknown, depth: number = MAX_DEPTH): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isError(value)) return serializeError(value);
  if (depth <= 0) return "[too deep]";
  if (ArrayBuffer.isView(value)) return "[bytes]";
  if (Array.isArray(value)) return value.map((inner: unknown) => hideSecretsIn(inner, depth - 1));
  return "toJSON" in value ? hideOwnForm(value, depth) : hideIn(value, depth);
}

/**
 * What has a form of its own in JSON (`toJSON`) is asked for it, and that is hidden as anything else. Only of a time the
 * text is shown: bytes may be a token, a URL may hold a password and a number.
 */
function hideOwnForm(value: object, depth: number): unknown {
  if (types.isDate(value)) return new Date(value);
  if (value instanceof URL) return `${value.protocol}//${value.host}/…`;
  const form: unknown = ownForm(value);
  return typeof form === "string" ? "[hidden]" : hideSecretsIn(form, depth - 1);
}

function ownForm(value: object): unknown {
  const toJson: unknown = Reflect.get(value, "toJSON");
  try {
    return typeof toJson === "function" ? Reflect.apply(toJson, value, []) : "";
  } catch {
    // A log line is no reason to fail.
    return "";
  }
}

function hideIn(object: object, depth: number): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    if (name === "err") shown[name] = serializeError(value);
    else shown[name] = HIDDEN_NAMES.has(name) ? censor(value, name) : hideSecretsIn(value, depth - 1);
  }
  return shown;
}
