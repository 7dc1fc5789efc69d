import { type ApiKey, type KeyRecord, shownKey, stateOf } from "./api-key.ts";
import { type Presented, secretOf } from "./secrets.ts";

/** Whose key it is, or why it is none. Of a key whose secret is wrong nothing is said but that. */
export type Authenticated =
  | { readonly ok: true; readonly key: ApiKey }
  | { readonly ok: false; readonly reason: "unknown" | "expired" | "revoked" };

/** Looks whether a key is good. @param record - the one with its ID */
export function authenticate(record: KeyRecord | undefined, presented: Presented, now: Date): Authenticated {
  const secret = record && secretOf(record.secrets, presented);
  if (!record || !secret) return { ok: false, reason: "unknown" };
  const state = stateOf(record, now);
  if (state !== "active") return { ok: false, reason: state };
  if (secret.until !== null && new Date(secret.until) <= now) return { ok: false, reason: "expired" };
  return { ok: true, key: shownKey(record) };
}
