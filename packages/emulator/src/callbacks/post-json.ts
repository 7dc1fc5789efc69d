import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** Sinch publishes no timeout for callbacks. */
const TIMEOUT_MS = 10_000;

/** Posts JSON over connections that stay open until `close`. */
export class JsonPoster {
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });

  /** Resolves with the status, or with null when no answer came. */
  post(url: string, body: string, headers: Readonly<Record<string, string>>): Promise<number | null> {
    const isSecure = url.startsWith("https:");
    const send = isSecure ? httpsRequest : httpRequest;
    const agent = isSecure ? this.#https : this.#http;
    const length = Buffer.byteLength(body);
    return new Promise((resolve) => {
      const sent = send(url, {
        method: "POST",
        agent,
        timeout: TIMEOUT_MS,
        headers: { "content-type": "application/json", "content-length": length, ...headers },
      });
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
}
