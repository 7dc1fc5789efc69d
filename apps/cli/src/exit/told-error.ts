import { InvalidSendError } from "@volley/contract";
import { ProducerError } from "@volley/producer";
import { CliError } from "./cli-error.ts";
import { EXIT_CODES } from "./exit-codes.ts";

/**
 * What a person is told when a command has failed: after an interruption that it was, since whatever failed because of it
 * is not what they want to read. An outcome that was there already is told all the same.
 *
 * @param thrown - by the command
 * @param signal - aborted at an interruption
 */
export function toldError(thrown: unknown, signal: AbortSignal): unknown {
  return signal.aborted && !isOutcome(thrown) ? signal.reason : thrown;
}

/** What no interruption can cause: a send that was refused or not accepted, or an answer of the producer. */
function isOutcome(thrown: unknown): boolean {
  if (thrown instanceof ProducerError)
    return !["VOLLEY_REDIS_UNAVAILABLE", "VOLLEY_PRODUCER_CLOSED"].includes(thrown.code);
  if (thrown instanceof CliError) return thrown.exitCode !== EXIT_CODES.failed;
  return thrown instanceof InvalidSendError;
}
