import { CliError } from "./cli-error.ts";

/**
 * What is told when the output takes nothing more. Behind `| head` that is nobody's mistake, and the system's name for it
 * tells a person nothing.
 */
export function outputError(error: Error): Error {
  if (!("code" in error) || error.code !== "EPIPE") return error;
  return new CliError("the output was closed before everything was written", { cause: error });
}
