import { constants } from "node:os";

/**
 * With what the command ends.
 *
 * - `done` 0: everything was done; for `dev`, also the end by Ctrl+C, which is its only one.
 * - `failed` 1: nothing, or not all of it, was done. The sentence says why.
 * - `notAllAccepted` 2: the sends have ended, and somebody with a valid number was not accepted by the provider.
 * - `someRejected` 2: the message can be sent, and some recipients would be rejected.
 */
export const EXIT_CODES = { done: 0, failed: 1, notAllAccepted: 2, someRejected: 2 } as const;

/**
 * The exit code after a signal, as shells count: 128 and its number.
 *
 * @returns for example 130 for `SIGINT`
 */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
