import { LIMITS } from "@volley/contract";
import { CliError } from "../cli-error.ts";

const PLACEHOLDER = /\$\{([^}]*)\}/g;

const NAME = /^[A-Za-z0-9_.-]+$/;

/**
 * The names in the `${…}` of a text, each once.
 *
 * @throws CliError for a name that the provider does not take: it would send the placeholder itself to everybody
 */
export function placeholdersIn(text: string): string[] {
  const names = [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name))];
  const wrong = names.find((name) => !NAME.test(name) || name.length > LIMITS.parameterKeyCharacters);
  if (wrong !== undefined) {
    throw new CliError(
      `\${${wrong}}: expected 1 to ${LIMITS.parameterKeyCharacters} letters, digits, dots, dashes and underscores ` +
        "between the braces; give the column such a name",
    );
  }
  return names;
}
