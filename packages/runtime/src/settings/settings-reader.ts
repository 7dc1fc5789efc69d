import { deepFreeze } from "./deep-freeze.ts";
import { readBoolean, readInteger, readList, readNumber, readOneOf, readText, readUrl } from "./read-setting.ts";
import type {
  ListOptions,
  NumberOptions,
  OneOfOptions,
  OptionalNumberOptions,
  OptionalTextOptions,
  SettingSource,
  TextOptions,
  UrlOptions,
} from "./read-setting.ts";
import { readSecret } from "./read-secret.ts";
import { createSecretFile, type SecretFile } from "./secret-file.ts";
import { SettingsError } from "./settings-error.ts";

/** What a process is started with: names and values, as in `process.env`. */
export type Environment = Record<string, string | undefined>;

/**
 * Reads settings one by one and collects every problem, so that a person who starts a process with five mistakes hears
 * of all five. A value that is missing or wrong is noted, and a harmless placeholder comes back, so that reading goes
 * on; the placeholder never gets out, because {@link SettingsReader.finish} throws.
 *
 * White space around a value is dropped (a mounted secret often ends in a line break), and an empty value counts as
 * unset. A setting without a `default` is required.
 */
export type SettingsReader = {
  /** A text; with `pattern`, one that matches it. `expected` says in words what that is. */
  text(name: string, options?: TextOptions): string;
  /** A text, or `undefined` when unset. */
  optionalText(name: string, options?: OptionalTextOptions): string | undefined;
  /**
   * A secret that `<NAME>_FILE` names the file of, as it is at any later moment: the file may be replaced while the process
   * runs. What it holds at the start is given by {@link SettingsReader.text} with `secret`, as if it stood in the variable.
   *
   * @returns `undefined` when it is not in a file
   */
  secretFile(name: string, options?: OptionalTextOptions): SecretFile | undefined;
  /** A whole number within the bounds, both included. */
  integer(name: string, options: NumberOptions): number;
  /** A number, fractions allowed, or `undefined` when unset. */
  optionalNumber(name: string, options?: OptionalNumberOptions): number | undefined;
  /** One of the values, spelled exactly so. */
  oneOf<const Value extends string>(name: string, values: readonly Value[], options?: OneOfOptions<Value>): Value;
  /** `true` or `false`; `1` and `0` mean the same. */
  boolean(name: string, options: { default: boolean }): boolean;
  /** Comma-separated texts, each once, at least one. */
  list(name: string, options?: ListOptions): string[];
  /** An absolute URL with one of the schemes, as it was written. */
  url(name: string, options: UrlOptions): string;
  /** Notes a problem that only the caller can see. The sentence begins with the variable's name. */
  problem(sentence: string): void;
  /**
   * Ends the reading.
   *
   * @returns the value, frozen all the way down
   * @throws SettingsError when anything was wrong, with all of it
   */
  finish<Value>(value: Value): Readonly<Value>;
};

/**
 * Begins to read settings.
 *
 * @param environment - usually `process.env`, which only `config.ts` of an app touches
 */
export function createSettingsReader(environment: Environment): SettingsReader {
  // The same variable may be read for several things.
  const problems = new Set<string>();
  const problem = (sentence: string): void => void problems.add(sentence);
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const source: SettingSource = {
    read,
    readSecret: (name) => readSecret({ read, problem }, name),
    refuse: (name, expected, got) => problem(`${name}: expected ${expected}, got ${got}`),
  };
  return {
    text: (name, options = {}) => readText(source, name, options) ?? "",
    optionalText: (name, options = {}) => readText(source, name, { ...options, isOptional: true }),
    integer: (name, options) => readInteger(source, name, options),
    optionalNumber: (name, options = {}) => readNumber(source, name, options),
    oneOf: (name, values, options = {}) => readOneOf(source, name, values, options),
    boolean: (name, options) => readBoolean(source, name, options.default),
    list: (name, options = {}) => readList(source, name, options),
    url: (name, options) => readUrl(source, name, options),
    secretFile: (name, { pattern } = {}) => {
      const path = read(`${name}_FILE`);
      const first = path === undefined ? undefined : source.readSecret(name);
      if (path === undefined || first === undefined) return undefined;
      return createSecretFile(path, first, (text) => pattern === undefined || text.search(pattern) !== -1);
    },
    problem,
    finish: (value) => {
      if (problems.size > 0) throw new SettingsError([...problems]);
      return deepFreeze(value);
    },
  };
}
