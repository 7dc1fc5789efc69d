import { AUTO_REGION, LIMITS, LISTED_MS, readTime, SEND_STATES, type SendState } from "@volley/contract";
import { invalidCursor, type PageOption } from "../follow/read-batches.ts";
import type { SendStatus } from "../follow/read-status.ts";
import { requireRegion } from "../terms/require-argument.ts";

/** Where sends are, and what they came to: each may be asked for. */
export const LIST_STATES = ["scheduled", "queued", "sending", "settled", "failed", ...SEND_STATES] as const;

/** Which sends are wanted; without any of these, all that are kept. */
export type ListOptions = PageOption & {
  /** One, or several; `auto` for those of several regions together, which are left out of the others' then. @default all */
  readonly region?: string | readonly string[];
  /** Where it is, or what it came to. A page may be short then, or empty, and have a cursor all the same. */
  readonly state?: SendStatus["state"] | SendState;
  /** The very label. */
  readonly label?: string;
  /** A sender, or several, as the sends have them. */
  readonly from?: string | readonly string[];
  /** Enqueued then or later, and before then: times as ISO-8601. */
  readonly since?: string;
  readonly until?: string;
};

/** What a page is made by. */
export type ListQuery = {
  readonly regions: ReadonlySet<string> | null;
  readonly senders: ReadonlySet<string> | null;
  readonly state: ListOptions["state"] | null;
  readonly label: string | null;
  /** Places in the stream: the last that may be on the page, and the first. */
  readonly last: string;
  readonly first: string;
  readonly limit: number;
};

/** Sends of a page where nobody says how many. */
const PAGE = 100;

const CURSOR = /^(\d{1,15})-\d{1,15}$/;

/** @throws ProducerError `VOLLEY_INVALID_REGION`, `VOLLEY_INVALID_CURSOR`. @throws TypeError for what is no time or no list */
export function readListOptions(options: ListOptions, now: Date): ListQuery {
  const { region, state = null, label = null, from, since, until, cursor, limit = PAGE } = options;
  const regions = setOf("region", region);
  for (const each of regions ?? []) if (each !== AUTO_REGION) requireRegion(each);
  const [sinceMs, untilMs] = [msOf("since", since), msOf("until", until)];
  const kept = Math.max(0, now.getTime() - LISTED_MS);
  return {
    regions,
    state,
    label,
    senders: from === undefined ? null : new Set([...(setOf("from", from) ?? [])].map(plainSender)),
    last: lastOf(cursor, untilMs),
    first: String(Math.max(kept, sinceMs ?? 0)),
    limit: Math.min(LIMITS.batchesInResult, limit),
  };
}

/** A number is the same however it is written. */
export function plainSender(text: string): string {
  return /^\+?[\d\s\-()]+$/.test(text) ? text.replaceAll(/\D/g, "") : text;
}

function setOf(name: string, given: string | readonly string[] | undefined): ReadonlySet<string> | null {
  if (given === undefined) return null;
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  const texts = all.filter((each): each is string => typeof each === "string");
  if (texts.length === all.length) return new Set(texts);
  throw new TypeError(`list.${name}: expected a text, or a list of texts`);
}

function msOf(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const time = readTime(text);
  if (time === null) throw new TypeError(`list.${name}: expected a time as ISO-8601`);
  return time.getTime();
}

/** Whatever comes first: what was shown is behind the cursor, and a time is not reached by those of that very moment. */
function lastOf(cursor: string | undefined, untilMs: number | null): string {
  const end = untilMs === null ? "+" : `(${Math.max(0, untilMs)}-0`;
  if (cursor === undefined) return end;
  const [, ms] = CURSOR.exec(cursor) ?? [];
  if (ms === undefined) throw invalidCursor();
  return untilMs !== null && untilMs <= Number(ms) ? end : `(${cursor}`;
}
