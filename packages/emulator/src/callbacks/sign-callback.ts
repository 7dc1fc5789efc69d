import { createHmac } from "node:crypto";

/** What makes one signature differ from the next. */
export interface SignatureSeed {
  /** A ULID. */
  readonly nonce: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
}

/**
 * The headers that prove where a callback comes from: HMAC-SHA256 over `{body}.{nonce}.{timestamp}`, in Base64. The
 * secret is taken as it stands (Sinch's Node SDK, release note of 2025-02-13).
 */
export function signCallback(
  body: string,
  secret: string,
  { nonce, timestamp }: SignatureSeed,
): Record<string, string> {
  const signature = createHmac("sha256", secret).update(`${body}.${nonce}.${timestamp}`).digest("base64");
  return {
    "x-sinch-webhook-signature": signature,
    "x-sinch-webhook-signature-algorithm": "HmacSHA256",
    "x-sinch-webhook-signature-nonce": nonce,
    "x-sinch-webhook-signature-timestamp": String(timestamp),
  };
}
