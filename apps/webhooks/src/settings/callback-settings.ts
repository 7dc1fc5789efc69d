import { regionVariable } from "@volley/contract";
import type { SettingsReader } from "@volley/runtime";

/** Secrets as they are now; several while one is being replaced by another. */
type Secrets = () => readonly string[];

/** How callbacks of a region prove where they come from: in one way or several. */
export type CallbackRegion = {
  readonly name: string;
  /** `VOLLEY_<REGION>_CALLBACK_SECRETS`: what they are signed with. */
  readonly signing?: Secrets;
  /** `VOLLEY_<REGION>_CALLBACK_BASIC`: `user:password`. */
  readonly basic?: Secrets;
  /** `VOLLEY_<REGION>_CALLBACK_TOKENS`: the end of a path that nobody knows. */
  readonly tokens?: Secrets;
};

const PRINTABLE = /^[\x20-\x7e]+$/;
const PASSWORDS = /^[^:,]+:[^,]+(?:,[^:,]+:[^,]+)*,?$/;
const PATHS = /^[\w.~-]+(?:\s*,\s*[\w.~-]+)*,?$/;

/** Reads how each region's callbacks prove where they come from. */
export function readCallbackRegions(reader: SettingsReader, regions: readonly string[]): CallbackRegion[] {
  const unsigned = "VOLLEY_CALLBACK_UNSIGNED";
  const isUnsignedAllowed = reader.oneOf(unsigned, ["refuse", "allow"], { default: "refuse" }) === "allow";
  return regions.map((name) => {
    const variable = `VOLLEY_${regionVariable(name)}`;
    const signing = readSecrets(reader, `${variable}_CALLBACK_SECRETS`, PRINTABLE, "secrets");
    const basic = readSecrets(reader, `${variable}_CALLBACK_BASIC`, PASSWORDS, "entries like user:password");
    const tokens = readSecrets(reader, `${variable}_CALLBACK_TOKENS`, PATHS, "letters and digits for a path");
    const isOpen = !signing && !basic && !tokens;
    if (isOpen && !isUnsignedAllowed) {
      reader.problem(
        `${variable}_CALLBACK_SECRETS: expected this, _CALLBACK_BASIC or _CALLBACK_TOKENS, got none of them: anybody could say ` +
          `what became of messages (${unsigned}=allow takes such callbacks all the same)`,
      );
    }
    return { name, ...(signing && { signing }), ...(basic && { basic }), ...(tokens && { tokens }) };
  });
}

/** @returns `undefined` where it is not set */
function readSecrets(reader: SettingsReader, name: string, pattern: RegExp, words: string): Secrets | undefined {
  const expected = `${words}, separated by commas`;
  const text = reader.optionalText(name, { pattern, expected, secret: true });
  const file = reader.secretFile(name, { pattern });
  if (text === undefined) return undefined;
  let [read, secrets] = [text, listOf(text)];
  if (secrets.length === 0) reader.problem(`${name}: expected ${expected}, got none`);
  return () => {
    const now = file?.() ?? text;
    if (now !== read) [read, secrets] = [now, listOf(now)];
    return secrets;
  };
}

function listOf(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}
