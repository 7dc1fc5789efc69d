import { createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** What a callback is signed with, and when. */
export type Signature = { readonly nonce: string; readonly signedAt: Date };

/** A signature, or why there is none: of those who sign nothing, `null`. */
export type VerifiedSignature = Signature | null | "wrong" | "too_old";

const HEADER = "x-sinch-webhook-signature";
const ALGORITHM = "hmacsha256";

/** A ULID has 26 characters. */
const NONCE = /^[\x21-\x7e]{1,128}$/;
const SECONDS = /^\d{1,12}$/;

/**
 * Verifies the signature of a callback: HMAC-SHA256 over `{body}.{nonce}.{timestamp}`, in Base64, the secret taken as it
 * stands.
 *
 * @param body - as it came, byte by byte
 * @param secrets - of which one is enough
 */
export function verifySignature(
  body: Uint8Array,
  headers: IncomingHttpHeaders,
  { secrets, maxAgeS, now }: { readonly secrets: readonly string[]; readonly maxAgeS: number; readonly now: Date },
): VerifiedSignature {
  const given = headers[HEADER];
  const [nonce, timestamp] = [headers[`${HEADER}-nonce`], headers[`${HEADER}-timestamp`]];
  const algorithm = headers[`${HEADER}-algorithm`] ?? ALGORITHM;
  if (given === undefined) return null;
  if (typeof given !== "string" || String(algorithm).toLowerCase() !== ALGORITHM) return "wrong";
  if (typeof nonce !== "string" || !NONCE.test(nonce)) return "wrong";
  if (typeof timestamp !== "string" || !SECONDS.test(timestamp)) return "wrong";
  // The texts are compared, not the bytes that they stand for: the last character of Base64 has bits that mean nothing.
  const isRight = secrets.reduce((isFound, secret) => {
    const right = createHmac("sha256", secret).update(body).update(`.${nonce}.${timestamp}`).digest("base64");
    return isSame(given, right) || isFound;
  }, false);
  if (!isRight) return "wrong";
  const signedAt = new Date(Number(timestamp) * 1_000);
  // One from the future is one that was signed: a clock is wrong, and it may be ours.
  const isOld = Math.abs(now.getTime() - signedAt.getTime()) > maxAgeS * 1_000;
  return isOld ? "too_old" : { nonce, signedAt };
}

/** How long it takes tells nothing but whether the texts are of the same length, which is no secret of a signature. */
function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
