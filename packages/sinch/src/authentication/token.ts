import { z } from "zod";

/** A token of the token host. */
export type Token = {
  readonly value: string;
  /** When it was asked for. Milliseconds since 1970. */
  readonly requestedAtMs: number;
  /** From then on the next one is asked for, while this one still serves. Milliseconds since 1970. */
  readonly renewAtMs: number;
  /** From then on it is not used any more. */
  readonly expiresAtMs: number;
};

/** How long a token lives when nobody says. @see sinch-facts 1.2 */
const USUAL_LIFE_S = 3_600;

/** A token is renewed at most this long before its end, a fifth of its life where that is less. */
const RENEWAL_MS = 300_000;

/** A request that is written in the last moment of a token would arrive without one. */
const RESERVE_MS = 30_000;

const tokenSchema = z.object({
  // What cannot stand in a header would make every request fail.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.coerce.number().positive().catch(USUAL_LIFE_S),
});

/**
 * Reads the token host's answer.
 *
 * @param requestedAtMs - its life is counted from when it was asked for: later would be too long
 * @param random - from 0 to 1: processes that were started together do not renew together
 * @returns `null` when there is no token in it
 */
export function readToken(body: string, requestedAtMs: number, random: number): Token | null {
  try {
    const parsed = tokenSchema.safeParse(JSON.parse(body));
    if (!parsed.success) return null;
    const lifeMs = parsed.data.expires_in * 1_000;
    const expiresAtMs = requestedAtMs + lifeMs - Math.min(RESERVE_MS, lifeMs / 20);
    const renewalMs = Math.min(RENEWAL_MS, lifeMs / 5) * (0.5 + random / 2);
    return { value: parsed.data.access_token, requestedAtMs, renewAtMs: expiresAtMs - renewalMs, expiresAtMs };
  } catch {
    return null;
  }
}
