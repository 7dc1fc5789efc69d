import type { Transport, TransportFailure } from "@volley/sinch";
import { Agent, request } from "undici";

const TIMEOUT_MS = 8_000;

/**
 * The client's transport over undici, to see what got costs. It is not the deployed one's equal: it looks at the clock
 * before the request only, and takes every failure for one after the write.
 */
export function createUndiciTransport(): Transport {
  const dispatcher = new Agent({ pipelining: 1, headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS });
  return async ({ method, url, headers, body, notAfter }, signal) => {
    if (notAfter !== undefined && Date.now() > notAfter.getTime()) return failure("too_late", false);
    try {
      const answer = await request(url, {
        method,
        headers: { ...headers },
        dispatcher,
        ...(body !== undefined && { body }),
        ...(signal !== undefined && { signal }),
      });
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
    } catch {
      return failure("connection_lost", true);
    }
  };
}

function failure(code: string, wasWritten: boolean): TransportFailure {
  return { status: null, code, text: code, wasWritten };
}
