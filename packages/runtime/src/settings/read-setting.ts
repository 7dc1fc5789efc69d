import { kindOfSetting } from "./kind-of-setting.ts";

/** Where one setting is read from, and where a problem with it goes. */
export type SettingSource = {
  read(name: string): string | undefined;
  /** As `read`, also from the file that `<NAME>_FILE` names. */
  readSecret(name: string): string | undefined;
  refuse(name: string, expected: string, got: string): void;
};

/** How a text is checked. */
export type OptionalTextOptions = {
  pattern?: RegExp | undefined;
  /** Words for the message, for example `a region name such as us or gulf-2`. */
  expected?: string | undefined;
  /** Not even its length appears in a message; of other values the kind does. */
  secret?: boolean | undefined;
};

/** How a text is checked, and what it is when unset. */
export type TextOptions = OptionalTextOptions & { default?: string | undefined };

/** The bounds of a number, and its unit for the message; a name that ends in `_MS` needs none. */
export type OptionalNumberOptions = {
  minimum?: number | undefined;
  maximum?: number | undefined;
  unit?: string | undefined;
};

/** The bounds of a whole number, both included. */
export type NumberOptions = { default?: number | undefined; minimum: number; maximum: number; unit?: string };

/** What it is when unset. */
export type OneOfOptions<Value> = { default?: Value | undefined };

/** How every element of a list is checked, and what the list is when unset. */
export type ListOptions = {
  default?: readonly string[] | undefined;
  pattern?: RegExp | undefined;
  expected?: string | undefined;
};

/** The schemes without the colon, for example `["http", "https"]`. */
export type UrlOptions = { default?: string | undefined; schemes: readonly string[] };

const NOTHING = "nothing";
const NONE = -1;

/** Other words for yes and no, which are shown so that they can be corrected. */
const SWITCHES = ["yes", "no", "on", "off", "true", "false"];

/** Shown where another one was expected. Whatever else stands before a colon may be half of a credential. */
const KNOWN_SCHEMES = new Set(["http", "https", "redis", "rediss", "ftp", "ws", "wss", "file", "unix"]);

const HIDDEN = "a value that is not (hidden: it is secret)";

/** @returns `undefined` when it is unset and optional, or wrong */
export function readText(
  source: SettingSource,
  name: string,
  options: TextOptions & { isOptional?: boolean },
): string | undefined {
  const { pattern, expected = pattern ? `a text that matches ${pattern.source}` : "a text", secret = false } = options;
  const value = (secret ? source.readSecret(name) : source.read(name)) ?? options.default;
  if (value === undefined) {
    if (!options.isOptional) source.refuse(name, expected, NOTHING);
    return undefined;
  }
  if (!pattern || matches(pattern, value)) return value;
  source.refuse(name, expected, secret ? HIDDEN : kindOfSetting(value));
  return undefined;
}

export function readInteger(source: SettingSource, name: string, options: NumberOptions): number {
  const { minimum, maximum } = options;
  const text = source.read(name);
  const value = text === undefined ? options.default : Number(text);
  const isWritten = text === undefined || /^[+-]?\d+$/.test(text);
  if (value !== undefined && isWritten && value >= minimum && value <= maximum) return value;
  const unit = options.unit ?? unitOf(name);
  source.refuse(name, withUnit(`an integer from ${minimum} to ${maximum}`, unit), kindOfSetting(text));
  return minimum;
}

export function readNumber(source: SettingSource, name: string, options: OptionalNumberOptions): number | undefined {
  const text = source.read(name);
  if (text === undefined) return undefined;
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = options;
  const value = Number(text);
  const isWritten = /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text);
  if (isWritten && value >= minimum && value <= maximum) return value;
  source.refuse(name, withUnit(`a number${boundsInWords(options)}`, options.unit ?? unitOf(name)), kindOfSetting(text));
  return undefined;
}

export function readOneOf<Value extends string>(
  source: SettingSource,
  name: string,
  values: readonly Value[],
  options: OneOfOptions<Value>,
): Value {
  const text = source.read(name);
  const found = text === undefined ? options.default : values.find((value) => value === text);
  if (found !== undefined) return found;
  source.refuse(name, `one of ${values.join(", ")}`, kindOfSetting(text, values));
  const [placeholder] = values;
  if (placeholder === undefined) throw new TypeError(`${name} cannot be one of no values`);
  return placeholder;
}

export function readBoolean(source: SettingSource, name: string, defaultValue: boolean): boolean {
  const text = source.read(name);
  if (text === undefined) return defaultValue;
  if (text === "true" || text === "1") return true;
  if (text !== "false" && text !== "0") source.refuse(name, "true or false", kindOfSetting(text, SWITCHES));
  return false;
}

export function readList(source: SettingSource, name: string, options: ListOptions): string[] {
  const { pattern, expected = "texts" } = options;
  const text = source.read(name);
  const entries = text?.split(",").map((entry) => entry.trim()) ?? [...(options.default ?? [])];
  const found = entries.filter((entry) => entry !== "");
  const wanted = `a comma-separated list of ${expected}`;
  if (found.length === 0) {
    source.refuse(name, wanted, kindOfSetting(text));
    return [];
  }
  const isWrong = found.map((entry) => pattern !== undefined && !matches(pattern, entry));
  for (const [index, entry] of found.entries()) {
    if (isWrong[index]) source.refuse(name, wanted, `${kindOfSetting(entry)} as entry ${index + 1}`);
  }
  const twice = found.findIndex((entry, index) => found.indexOf(entry) !== index);
  const first = found.findIndex((entry) => entry === found[twice]);
  if (twice !== NONE) source.refuse(name, `${wanted}, each once`, `entry ${first + 1} again as entry ${twice + 1}`);
  // What is good of it is read on, so that the mistakes in what belongs to it are named, too.
  return [...new Set(found.filter((_, index) => !isWrong[index]))];
}

export function readUrl(source: SettingSource, name: string, options: UrlOptions): string {
  const text = source.read(name) ?? options.default;
  const scheme = text !== undefined && URL.canParse(text) ? new URL(text).protocol.slice(0, -1) : undefined;
  if (text !== undefined && scheme !== undefined && options.schemes.includes(scheme)) return text;
  const expected = `a URL that begins with ${options.schemes.map((known) => `${known}://`).join(" or ")}`;
  source.refuse(
    name,
    expected,
    KNOWN_SCHEMES.has(scheme ?? "") ? `one that begins with ${scheme}://` : kindOfSetting(text),
  );
  return "";
}

/** A pattern with the flag `g` or `y` remembers where it was; a search from the beginning does not care. */
function matches(pattern: RegExp, text: string): boolean {
  return text.search(pattern) !== -1;
}

function boundsInWords({ minimum, maximum }: OptionalNumberOptions): string {
  const bounds = [
    ...(minimum === undefined ? [] : [` from ${minimum}`]),
    ...(maximum === undefined ? [] : [` to ${maximum}`]),
  ];
  return bounds.join("");
}

function unitOf(name: string): string | undefined {
  return name.endsWith("_MS") ? "milliseconds" : undefined;
}

function withUnit(expected: string, unit: string | undefined): string {
  return unit === undefined ? expected : `${expected} ${unit}`;
}
