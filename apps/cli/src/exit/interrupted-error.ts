import { CliError } from "./cli-error.ts";
import { EXIT_CODES } from "./exit-codes.ts";

/** A command that was interrupted, and what is true now of what it was asked for. */
export class InterruptedError extends CliError {
  /**
   * @param reason - the signal's, whose exit code the command ends with
   * @param truth - what somebody has to know who has interrupted it
   */
  constructor(reason: unknown, truth: string) {
    const because = reason instanceof Error ? reason.message : String(reason);
    const exitCode = reason instanceof CliError ? reason.exitCode : EXIT_CODES.failed;
    super(`${because}: ${truth}`, { exitCode, cause: reason });
  }
}
