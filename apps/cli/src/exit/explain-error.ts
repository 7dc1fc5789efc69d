import { isAbsolute } from "node:path";
import { InvalidSendError } from "@volley/contract";
import { ListError } from "@volley/lists";
import { CliError } from "./cli-error.ts";

/**
 * What a person at a terminal is told about an error: its sentence, and its code to look up. A stack would bury both.
 * Several problems of a send stand on a line each.
 *
 * @param error - whatever was thrown
 */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof CliError || error instanceof ListError) return error.message;
  if (isUnopened(error)) {
    const where = isAbsolute(error.path) ? "" : ` (in ${process.cwd()})`;
    return `${error.path} cannot be opened: ${error.message.replace(/^\w+: (.*?), (?:open|stat) .*$/s, "$1")}${where}`;
  }
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  if (error instanceof InvalidSendError) {
    return [`send refused${code}:`, ...error.problems.map(({ field, message }) => `  ${field}: ${message}`)].join("\n");
  }
  return `${error.message}${code}`;
}

/** Whether a file was not even opened; the system's error names it. */
export function isUnopened(error: unknown): error is Error & { readonly path: string } {
  if (!(error instanceof Error) || !("syscall" in error) || !("path" in error)) return false;
  return (error.syscall === "open" || error.syscall === "stat") && typeof error.path === "string";
}

/** What a program is told about an error. */
export type ErrorAsJson = {
  readonly error: {
    /** For programs to compare: `VOLLEY_…`, or the system's. */
    readonly code: string;
    /** As a person reads it. */
    readonly message: string;
    /** What the command ends with. */
    readonly exit_code: number;
    /** Each mistake of a send. */
    readonly problems?: readonly { readonly field: string; readonly message: string }[];
  };
};

/** An error as `--json` has it. @param exitCode - what the command ends with */
export function errorAsJson(error: unknown, exitCode: number): ErrorAsJson {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "VOLLEY_CLI";
  const problems =
    error instanceof InvalidSendError
      ? { problems: error.problems.map(({ field, message }) => ({ field, message })) }
      : {};
  return { error: { code, message: explainError(error), exit_code: exitCode, ...problems } };
}
