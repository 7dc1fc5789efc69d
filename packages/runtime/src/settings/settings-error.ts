/**
 * The settings cannot be used: something about them is wrong, or the machine does not have what they ask for (a port
 * that is taken, a Redis that does not answer). A person has to change a variable; trying again does not help.
 *
 * The one error class of this package. The message lists every problem, one per line, and never a secret.
 */
export class SettingsError extends Error {
  /** Stable, for programs: never match on the message. */
  readonly code: "VOLLEY_SETTINGS" | "VOLLEY_REDIS_UNAVAILABLE";
  /** One sentence per problem, each beginning with the variable's name. */
  readonly problems: readonly string[];

  /** @param options - its cause; `code` where a Redis that does not answer is all that is wrong */
  constructor(
    problems: readonly string[],
    { code = "VOLLEY_SETTINGS", ...options }: ErrorOptions & { readonly code?: SettingsError["code"] } = {},
  ) {
    super(problems.join("\n"), options);
    this.code = code;
    this.name = "SettingsError";
    this.problems = problems;
  }
}
