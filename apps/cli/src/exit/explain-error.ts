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
  if ("syscall" in error && error.syscall === "open" && "path" in error) {
    return `${String(error.path)} cannot be opened: ${error.message.replace(/^\w+: (.*), open .*$/s, "$1")}`;
  }
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  if (error instanceof InvalidSendError) {
    return [`send refused${code}:`, ...error.problems.map(({ field, message }) => `  ${field}: ${message}`)].join("\n");
  }
  return `${error.message}${code}`;
}
