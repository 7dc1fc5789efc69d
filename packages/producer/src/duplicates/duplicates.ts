import { oneOf, type OptionKind, requireOptions, wholeNumber } from "@volley/contract";
import type { Remembered } from "../traces/remembered.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { TextedCounts } from "./find-texted.ts";

/** Whether somebody who got the same text a while ago gets it again. */
export type DuplicatesOption = {
  /** How far back is looked, in milliseconds, at most 30 days. @default 24 hours */
  readonly withinMs?: number | undefined;
  /**
   * What is done when somebody is found who got the same text, or was enqueued for it: nothing is enqueued; they are left
   * out, and count as duplicates; or they get it again. @default "refuse"
   */
  readonly ifFound?: "refuse" | "skip" | "send" | undefined;
  /** IDs of sends in which nobody is looked for: those that belong to the same campaign. @default none */
  readonly except?: readonly string[] | undefined;
};

/** The option with its defaults. */
export type Duplicates = { readonly [Name in keyof DuplicatesOption]-?: NonNullable<DuplicatesOption[Name]> };

/** How long a send is remembered at the least, in milliseconds. */
export const REMEMBERED_MS = 24 * 60 * 60 * 1_000;

const MOST_WITHIN_MS = 30 * 24 * 60 * 60 * 1_000;

const KINDS: Readonly<Record<keyof DuplicatesOption, OptionKind>> = {
  withinMs: wholeNumber(1, MOST_WITHIN_MS),
  ifFound: oneOf(["refuse", "skip", "send"]),
  except: {
    expected: "a list of IDs",
    isGood: (value) => Array.isArray(value) && value.every((id) => typeof id === "string"),
  },
};

/** @throws TypeError naming what is wrong with it */
export function readDuplicates(option: DuplicatesOption | undefined): Duplicates | null {
  if (option === undefined) return null;
  requireOptions("duplicates", option, KINDS);
  const { withinMs = REMEMBERED_MS, ifFound = "refuse", except = [] } = option;
  return { withinMs, ifFound, except };
}

/** Recipients of a send who got the same text before, or were enqueued for it. */
export type DuplicatesFound = {
  readonly found: number;
  /** Of how many recipients, each of them once. */
  readonly total: number;
  /** How many of those found were accepted by the provider; the others are still on their way, or nobody knows. */
  readonly accepted: number;
  /** When the first send that has any of them was enqueued, or is due where that is later. ISO-8601. */
  readonly since: string;
  /** The same of the last one. */
  readonly latest: string;
};

/**
 * Of the sends that were there before, those that count: neither too old nor, by another call, the same ones.
 *
 * @param own - IDs of the sends that are compared with them
 */
export function countingFor(
  { withinMs, except }: Pick<Duplicates, "withinMs" | "except">,
  own: readonly (string | undefined)[],
  now: Date,
): (send: Remembered) => boolean {
  const ids = new Set([...except, ...own]);
  return ({ id, whole, at }) => {
    const isOwn = ids.has(id) || (whole !== undefined && ids.has(whole));
    return !isOwn && now.getTime() - at < withinMs;
  };
}

/** What was found in several lists together. @returns `null` for nobody */
export function duplicatesIn(lists: readonly TextedCounts[]): DuplicatesFound | null {
  const sum = (count: "found" | "total" | "accepted"): number => lists.reduce((all, list) => all + list[count], 0);
  if (sum("found") === 0) return null;
  const times = {
    since: Math.min(...lists.map(({ since }) => since)),
    latest: Math.max(...lists.map(({ latest }) => latest)),
  };
  return {
    found: sum("found"),
    total: sum("total"),
    accepted: sum("accepted"),
    since: new Date(times.since).toISOString(),
    latest: new Date(times.latest).toISOString(),
  };
}

/** Somebody of a send got the same text a while ago; nothing was enqueued. */
export class DuplicatesError extends ProducerError implements DuplicatesFound {
  readonly found: number;
  readonly total: number;
  readonly accepted: number;
  readonly since: string;
  readonly latest: string;

  constructor({ found, total, accepted, since, latest }: DuplicatesFound) {
    const people = `${found.toLocaleString("en")} of the ${total.toLocaleString("en")} recipients`;
    super(
      "VOLLEY_DUPLICATES",
      `${people} got this text, or were enqueued for it, since ${since}; nothing was enqueued`,
    );
    this.found = found;
    this.total = total;
    this.accepted = accepted;
    this.since = since;
    this.latest = latest;
  }
}
