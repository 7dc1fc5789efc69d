import type { Scope } from "./scopes.ts";
import type { KeptSecret } from "./secrets.ts";

/** A key as anybody may see it. The key itself is shown once, when it is made. */
export type ApiKey = {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** `null` for all. */
  readonly regions: readonly string[] | null;
  /** `null` for all. */
  readonly senders: readonly string[] | null;
  /** The most requests within a minute; `null` for any number. */
  readonly per_minute: number | null;
  /** The most recipients on a day (UTC); `null` for any number. */
  readonly per_day: number | null;
  /** ISO-8601, as all times here. */
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
};

/** What Redis holds of a key. */
export type KeyRecord = ApiKey & { readonly secrets: readonly KeptSecret[] };

/** A key in a list. */
export type ListedKey = ApiKey & {
  readonly state: "active" | "expired" | "revoked";
  /** To the minute; `null` where it was never used. */
  readonly last_used_at: string | null;
};

/** Whether a key may be used. */
export function stateOf({ expires_at: end, revoked_at: revoked }: ApiKey, now: Date): ListedKey["state"] {
  if (revoked !== null) return "revoked";
  return end !== null && new Date(end) <= now ? "expired" : "active";
}

/** @returns `null` for what is no record */
export function readRecord(text: string): KeyRecord | null {
  try {
    const record = JSON.parse(text) as KeyRecord;
    return Array.isArray(record.secrets) && Array.isArray(record.scopes) ? record : null;
  } catch {
    return null;
  }
}

/** What anybody may see of it. */
export function shownKey({ secrets: _secrets, ...shown }: KeyRecord): ApiKey {
  return shown;
}
