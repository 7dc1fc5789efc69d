import { EXIT_CODES } from "./exit-codes.ts";

/** What a person at the terminal has to know: shown as one sentence, without a stack. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code = "VOLLEY_CLI";
  /** What the command ends with. @default 1 */
  readonly exitCode: number;

  constructor(
    message: string,
    { exitCode = EXIT_CODES.failed, ...options }: ErrorOptions & { exitCode?: number } = {},
  ) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
