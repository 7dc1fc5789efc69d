import { randomBytes } from "node:crypto";

/** What events are signed with. `until` is when an old one ends, as ISO-8601; `null` for the one that holds. */
export type Secret = { readonly secret: string; readonly until: string | null };

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_BYTES = 32;

/** How long an old secret goes on signing beside the new one. */
const OVERLAP_MS = 24 * 60 * 60 * 1_000;

/** Each is one more signature in a header. */
const MOST_SECRETS = 4;

export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/** Puts a new secret before the others: the one that held so far ends in 24 hours. */
export function rotated(secrets: readonly Secret[], secret: string, now: Date): Secret[] {
  const until = new Date(now.getTime() + OVERLAP_MS).toISOString();
  const others = stillValid(secrets, now).map((other) => ({ ...other, until: other.until ?? until }));
  return [{ secret, until: null }, ...others].slice(0, MOST_SECRETS);
}

/** Those that have not ended. */
export function stillValid(secrets: readonly Secret[], now: Date): Secret[] {
  return secrets.filter(({ until }) => until === null || new Date(until) > now);
}
