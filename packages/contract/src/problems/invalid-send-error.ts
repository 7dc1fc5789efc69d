import type { Problem } from "./problem.ts";

/** A send that cannot be accepted as it is. `problems` lists every mistake; the message lists them too. */
export class InvalidSendError extends Error {
  override readonly name = "InvalidSendError";
  readonly code = "VOLLEY_INVALID_SEND";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`send refused, ${count}: ${problems.map(({ field, message }) => `${field}: ${message}`).join("; ")}`);
    this.problems = problems;
  }
}
