import { isRegionName, isSender, kindOf, readTime } from "@volley/contract";
import { type Scope, SCOPES } from "./scopes.ts";

/** What a key is to be allowed. */
export type KeyOptions = {
  /** What people know it by. */
  readonly name: string;
  readonly scopes: readonly string[];
  /** @default every region */
  readonly regions?: readonly string[] | undefined;
  /** @default every sender */
  readonly senders?: readonly string[] | undefined;
  /** The most requests within a minute. @default any number */
  readonly perMinute?: number | undefined;
  /** The most recipients on a day (UTC). @default any number */
  readonly perDay?: number | undefined;
  /** When it ends: a date (its first moment, UTC) or a time. @default never */
  readonly expires?: string | undefined;
};

/** Options that were found good, or everything that is wrong with them. */
export type ReadKeyOptions =
  { readonly ok: true; readonly terms: KeyTerms } | { readonly ok: false; readonly problems: readonly string[] };

/** Options as they are kept. */
export type KeyTerms = {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly regions: readonly string[] | null;
  readonly senders: readonly string[] | null;
  readonly per_minute: number | null;
  readonly per_day: number | null;
  readonly expires_at: string | null;
};

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

const MOST_ENTRIES = 100;

const MOST_PER_MINUTE = 1_000_000;

const MOST_PER_DAY = 1_000_000_000;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Looks at them; a problem names the field and never the value. */
export function readKeyOptions(options: KeyOptions, now: Date): ReadKeyOptions {
  const { name, scopes, regions, senders, perMinute, perDay, expires } = options;
  const end = expires === undefined ? null : readEnd(expires);
  const problems = [
    ...(typeof name === "string" && NAME.test(name)
      ? []
      : [`name: expected 1 to 64 letters, digits, blanks, dots and dashes, got ${got(name)}`]),
    ...listProblems("scopes", scopes ?? null, (scope) => SCOPES.some((known) => known === scope), SCOPES.join(", ")),
    ...listProblems("regions", regions, isRegionName, "the name of a region"),
    ...listProblems("senders", senders, isSender, "a sender: 1 to 11 characters, or a number"),
    ...countProblems("perMinute", perMinute, MOST_PER_MINUTE),
    ...countProblems("perDay", perDay, MOST_PER_DAY),
    ...expiryProblems(expires, now),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    terms: {
      name,
      scopes: unique(scopes) as Scope[],
      regions: regions ? unique(regions) : null,
      senders: senders ? unique(senders) : null,
      per_minute: perMinute ?? null,
      per_day: perDay ?? null,
      expires_at: end && end.toISOString(),
    },
  };
}

/** @returns when a key ends, as ISO-8601, or what is wrong with it */
export function readExpiry(expires: string, now: Date): { readonly expires_at: string } | { readonly problem: string } {
  const [problem] = expiryProblems(expires, now);
  const end = readEnd(expires);
  return end && problem === undefined ? { expires_at: end.toISOString() } : { problem: problem ?? "expires" };
}

function expiryProblems(expires: unknown, now: Date): string[] {
  const end = expires === undefined ? null : readEnd(expires);
  if (expires === undefined || (end && end > now)) return [];
  const had = end ? "one that has been" : got(expires);
  return [`expires: expected a date or a time to come, such as 2027-01-01, got ${had}`];
}

function readEnd(text: unknown): Date | null {
  if (typeof text !== "string") return null;
  return readTime(DATE.test(text) ? `${text}T00:00:00Z` : text);
}

function listProblems(field: string, values: unknown, isGood: (value: string) => boolean, expected: string): string[] {
  if (values === undefined) return [];
  if (!Array.isArray(values) || values.length === 0 || values.length > MOST_ENTRIES)
    return [`${field}: expected a list of 1 to ${MOST_ENTRIES} entries, got ${got(values ?? undefined)}`];
  return values.flatMap((value: unknown, index) =>
    typeof value === "string" && isGood(value) ? [] : [`${field}[${index}]: expected ${expected}, got ${got(value)}`],
  );
}

function countProblems(field: string, value: unknown, most: number): string[] {
  const isGood = value === undefined || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most);
  return isGood ? [] : [`${field}: expected a whole number from 1 to ${most.toLocaleString("en")}, got ${got(value)}`];
}

function got(value: unknown): string {
  return kindOf(value, { isPrivate: true });
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
