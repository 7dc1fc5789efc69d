import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { ClientRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** Sinch publishes no timeout for callbacks. */
const TIMEOUT_MS = 10_000;

/** Posts JSON over connections that stay open until `close`. */
export class JsonPoster {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });

  /**
   * Resolves with the status, or with null when no answer came. Never rejects: a URL that no request can be made to
   * (another scheme, or credentials that cannot be decoded) gets no answer either.
   */
  post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<number | null> {
    return new Promise((resolve) => {
      const sent = this.#open(url, {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
        ...headers,
      });
      if (sent === undefined) {
        resolve(null);
        return;
      }
      sent.on("timeout", () => sent.destroy());
      sent.on("error", () => resolve(null));
      sent.on("response", (response) => {
        response.on("error", () => resolve(null));
        response.on("end", () => resolve(response.statusCode ?? null));
        response.resume();
      });
      sent.on("close", () => resolve(null));
      sent.end(body);
    });
  }

  /** Cuts every connection, answered or not. */
  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #open(url: string, headers: Readonly<Record<string, string>>): ClientRequest | undefined {
    try {
      const target = new URL(url);
      const isSecure = target.protocol === "https:";
      const send = isSecure ? httpsRequest : httpRequest;
      const agent = isSecure ? this.#https : this.#http;
      return send(target, { method: "POST", agent, timeout: TIMEOUT_MS, headers });
    } catch {
      return undefined;
    }
  }
}
