import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { useAgent } from "request-filtering-agent";
import { createGuard } from "./guard.ts";
import { nameFailure } from "./name-failure.ts";
import type { EndpointSettings } from "./settings.ts";

/** What an endpoint has answered, as far as anybody looks at it. */
export type Answer =
  | { readonly kind: "answered"; readonly status: number; readonly retryAfter: string | null }
  /** There was no answer, for a reason in words. */
  | { readonly kind: "failed"; readonly failure: string };

/** Sends to one URL. */
export type Poster = {
  /** Never rejects. */
  readonly post: (headers: Readonly<Record<string, string>>, body: string) => Promise<Answer>;
  /** Cuts its connections. */
  readonly close: () => void;
};

/** What it needs beside the URL. */
export type PosterOptions = Pick<EndpointSettings, "networks" | "timeoutMs" | "inFlight">;

const MOST_HEAD_BYTES = 16 * 1_024;

/** So much of an answer is read, so that its connection can be used again, and no more. */
const MOST_BODY_BYTES = 64 * 1_024;
const BODY_MS = 1_000;

/** Opens connections to a URL when they are needed. Redirects are answers as any other: nothing follows them. */
export function createPoster(text: string, { networks, timeoutMs, inFlight }: PosterOptions): Poster {
  const url = new URL(text);
  const { refusal, allowed, lookup } = createGuard(url, networks);
  const agent = useAgent(url.href, { keepAlive: true, maxSockets: inFlight, allowIPAddressList: allowed });
  const options = { method: "POST", agent, lookup, maxHeaderSize: MOST_HEAD_BYTES };
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return {
    post: async (headers, body) => {
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        if (refusal) throw refusal;
        return await answered(() => send(url, { ...options, headers, signal }), body);
      } catch (error) {
        return { kind: "failed", failure: nameFailure(error, timeoutMs) };
      }
    },
    close: () => agent.destroy(),
  };
}

/** A connection that was kept may have been cut meanwhile: then once more on another one. */
async function answered(open: () => ClientRequest, body: string): Promise<Answer> {
  const first = open();
  try {
    return await answerTo(first, body);
  } catch (error) {
    if (!first.reusedSocket || Reflect.get(Object(error), "code") !== "ECONNRESET") throw error;
    return answerTo(open(), body);
  }
}

async function answerTo(request: ClientRequest, body: string): Promise<Answer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once("response", resolve);
    request.on("error", reject);
    request.end(body);
  });
  const { statusCode: status = 0, headers } = response;
  await readALittle(response);
  return { kind: "answered", status, retryAfter: headers["retry-after"] ?? null };
}

/** What is in it is for nobody. */
async function readALittle(response: IncomingMessage): Promise<void> {
  const timer = setTimeout(() => response.destroy(), BODY_MS);
  let bytes = 0;
  await new Promise<void>((resolve) => {
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BODY_BYTES) response.destroy();
    });
    response.on("error", () => {});
    response.once("close", resolve);
  });
  clearTimeout(timer);
}
