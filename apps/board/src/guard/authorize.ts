import { createHash, timingSafeEqual } from "node:crypto";

/** Who may open the board. */
export type Credentials = { user: string; password: string };

/**
 * Whether an `Authorization` header holds these credentials (HTTP basic authentication, UTF-8).
 *
 * Compares digests, so that the time it takes says nothing of how much was right or how long the password is.
 */
export function isAuthorized(header: string | undefined, { user, password }: Credentials): boolean {
  const encoded = /^Basic (?<encoded>[A-Za-z0-9+/]+={0,2})$/i.exec(header?.trim() ?? "")?.groups?.["encoded"];
  if (encoded === undefined) return false;
  const given = Buffer.from(encoded, "base64").toString("utf8");
  return timingSafeEqual(digest(given), digest(`${user}:${password}`));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
