import { createHmac, randomBytes } from "node:crypto";

/** Where projects get their tokens. At Sinch it is on a host of its own. */
export const TOKEN_PATH = "/oauth2/token";

/** A token that was given out. */
export interface TokenGrant {
  readonly keyId: string;
  readonly expiresAtMs: number;
}

/** How often tokens were asked for. */
export interface TokenTotals {
  readonly asked: number;
  readonly granted: number;
  readonly refused: number;
}

/** Tokens of projects: made, found again, and let expire. */
export class TokenStore {
  /** Sinch: about an hour. */
  readonly tokenSeconds: number;
  readonly #signingKey = randomBytes(32);
  #grants = new Map<string, TokenGrant>();
  #totals = { asked: 0, granted: 0, refused: 0 };

  constructor(tokenSeconds: number) {
    this.tokenSeconds = tokenSeconds;
  }

  /**
   * Gives out a token that looks like Sinch's: a JWT whose `exp` clients may read. Nobody but the emulator can check
   * its signature.
   */
  grant(keyId: string, nowMs: number): string {
    const issuedAt = Math.floor(nowMs / 1_000);
    const header = encode({ alg: "HS256", typ: "JWT" });
    const payload = encode({
      iss: "https://auth.sinch.com/",
      sub: keyId,
      aud: ["https://api.sinch.com"],
      iat: issuedAt,
      exp: issuedAt + this.tokenSeconds,
      jti: randomBytes(12).toString("hex"),
    });
    const signature = createHmac("sha256", this.#signingKey).update(`${header}.${payload}`).digest("base64url");
    const token = `${header}.${payload}.${signature}`;
    this.#grants.set(token, { keyId, expiresAtMs: nowMs + this.tokenSeconds * 1_000 });
    this.#totals.asked += 1;
    this.#totals.granted += 1;
    return token;
  }

  /** Counts a request for a token that got none. */
  refuse(): void {
    this.#totals.asked += 1;
    this.#totals.refused += 1;
  }

  /** The grant of a token, expired or not; undefined for one that was never given out. */
  find(token: string): TokenGrant | undefined {
    return this.#grants.get(token);
  }

  /** Lets every token that was given out so far be expired. */
  expireAll(): void {
    for (const [token, { keyId }] of this.#grants) this.#grants.set(token, { keyId, expiresAtMs: -Infinity });
  }

  totals(): TokenTotals {
    return { ...this.#totals };
  }

  /** Tokens stay valid: who has one does not know of the reset. */
  clear(): void {
    this.#totals = { asked: 0, granted: 0, refused: 0 };
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
