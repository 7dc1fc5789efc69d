import { type Request, type StreamOptions, TimeoutError } from "got";
import { createConnections } from "./connections.ts";
import { createGotClient, makeRequest } from "./got-client.ts";
import { connectMsOf, type HttpTransport, type HttpTransportOptions, limitsFor } from "./http-transport.ts";
import { DeadlinePassed, readAnswer } from "./read-answer.ts";
import { createTimeliness } from "./timeliness.ts";
import type { TransportRequest } from "./transport.ts";
import { codeOf, failureOf, GIVEN_UP, TOO_LARGE, TOO_LATE } from "./transport-failure.ts";

/**
 * The transport over got, with connections that are kept alive.
 *
 * @throws TypeError for a proxy or for authorities that cannot be read
 */
export function createGotTransport(options: HttpTransportOptions): HttpTransport {
  const limitsOf = limitsFor(options);
  const connectMs = connectMsOf(options);
  const timeliness = createTimeliness();
  const connections = createConnections(options, timeliness, connectMs);
  const client = createGotClient({ connectMs, agent: connections.direct });
  return {
    close: connections.close,
    send: async (request, signal) => {
      const { method, url, body, notAfter } = request;
      const tunnel = connections.tunnel(url);
      const window = notAfter && timeliness.until(notAfter);
      const given = follow(signal);
      let sent: Request | undefined;
      try {
        sent = client.stream(url, {
          ...optionsOf(request, given.signal),
          ...(tunnel && { agent: tunnel.agents }),
          ...(window && { request: (...input) => window.making(() => makeRequest(...input)) }),
        });
        // got waits for the body of whatever may have one.
        if (!body && method !== "GET") sent.end();
        return (await readAnswer(sent, limitsOf(request))) ?? TOO_LARGE;
      } catch (error) {
        if (window?.isMissed()) return TOO_LATE;
        if (signal?.aborted) return GIVEN_UP;
        const isHandshakeTimed = tunnel === null && url.startsWith("https:");
        const wasWritten = mayBeWritten(codeOf(error), sent?.timings, isHandshakeTimed);
        return failureOf({ error, lateStep: lateStep(error), wasWritten, url, tunnel });
      } finally {
        given.release();
      }
    },
  };
}

/** got never stops listening to a signal: one that outlives its requests would keep all of them. */
function follow(signal: AbortSignal | undefined): { readonly signal?: AbortSignal; readonly release: () => void } {
  if (signal === undefined) return { release: () => {} };
  const own = new AbortController();
  const abort = (): void => own.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  return { signal: own.signal, release: () => signal.removeEventListener("abort", abort) };
}

function optionsOf({ method, headers, body }: TransportRequest, signal: AbortSignal | undefined): StreamOptions {
  return { method, headers, ...(body && { body }), ...(signal && { signal }) };
}

/** What took too long, if that was it. */
function lateStep(error: unknown): string | null {
  if (error instanceof DeadlinePassed) return "request";
  return error instanceof TimeoutError ? error.event : null;
}

/**
 * Whether a byte of the request may have left this machine: whether its connection stood, with TLS where that is asked
 * for. Error codes do not tell: `EHOSTUNREACH` and `EPROTO` can come before the request and after it. On a connection
 * that was kept alive got gives the time at which the request took it over.
 *
 * @param isHandshakeTimed - whether the connection is handed over before its TLS stands
 */
function mayBeWritten(code: string, timings: Request["timings"], isHandshakeTimed: boolean): boolean {
  // No request was made at all; because of what is in it, when Node says so.
  if (timings === undefined) return !code.startsWith("ERR_INVALID_");
  return (isHandshakeTimed ? timings.secureConnect : timings.connect) !== undefined;
}
