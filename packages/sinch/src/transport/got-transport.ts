import { type Request, type StreamOptions, TimeoutError } from "got";
import { type ConnectionSettings, createConnections, type Tunnel } from "./connections.ts";
import { connectCause } from "./connect-cause.ts";
import { createGotClient, makeRequest } from "./got-client.ts";
import { type AnswerLimits, DeadlinePassed, readAnswer } from "./read-answer.ts";
import { createTimeliness } from "./timeliness.ts";
import type { Transport, TransportFailure, TransportRequest } from "./transport.ts";
import { isOfProxy } from "./tunnel.ts";

/** A transport and the connections that it keeps open. */
export type GotTransport = { readonly send: Transport; readonly close: () => void };

/** How a transport differs from the usual one. */
export type GotTransportOptions = ConnectionSettings & {
  /** From the call to the last byte of the answer. */
  readonly timeoutMs: number;
  /** An answer of which more would be kept is not read to its end. @default 67108864 */
  readonly maxAnswerBytes?: number;
};

/**
 * 64 MiB. Sinch repeats the values of a batch in its answers: those of a thousand recipients, of 1,600 characters each,
 * are up to 9.6 MB for each placeholder of the text.
 */
const MAX_ANSWER_BYTES = 64 * 1_024 * 1_024;

/**
 * 8 MiB where those values may be left out, so that many answers at once cost no more memory than a worker has: a page of
 * a hundred batches with a thousand recipients each is a quarter of it.
 */
const MAX_SPARING_BYTES = 8 * 1_024 * 1_024;

/** Whoever gives up asks before sending again, however far the request had come. */
const GIVEN_UP: TransportFailure = { status: null, code: "aborted", text: "given up", wasWritten: true };

/** The process was frozen between the decision to send and the write. */
const TOO_LATE: TransportFailure = {
  status: null,
  code: "too_late",
  text: "too late to be written",
  wasWritten: false,
};

const TOO_LARGE: TransportFailure = {
  status: null,
  code: "answer_too_large",
  text: "the answer is too large",
  wasWritten: true,
};

/**
 * The transport over got, with connections that are kept alive.
 *
 * @throws TypeError for a proxy or for authorities that cannot be read
 */
export function createGotTransport(options: GotTransportOptions): GotTransport {
  const { timeoutMs: usualMs, maxAnswerBytes = MAX_ANSWER_BYTES } = options;
  const sparingBytes = Math.min(maxAnswerBytes, MAX_SPARING_BYTES);
  const limitsOf = ({ spare, timeoutMs = usualMs }: TransportRequest): AnswerLimits =>
    spare === undefined ? { timeoutMs, maxBytes: maxAnswerBytes } : { timeoutMs, maxBytes: sparingBytes, spare };
  // Shorter than the whole deadline, so that a host that does not answer is told apart from a request without answer.
  const connectMs = Math.ceil(usualMs / 2);
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
        return failureOf(error, sent?.timings, { url, tunnel });
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

/** Which way a request went. */
type Way = { readonly url: string; readonly tunnel: Tunnel | null };

function failureOf(error: unknown, timings: Request["timings"], { url, tunnel }: Way): TransportFailure {
  const late = lateStep(error);
  const systemCode = codeOf(error);
  const wasWritten = mayBeWritten(systemCode, timings, tunnel === null && url.startsWith("https:"));
  const host = tunnel && isOfProxy(error) ? tunnel.proxyHost : new URL(url).host;
  const common = { status: null, wasWritten, host } as const;
  if (late !== null) {
    const code = late === "lookup" ? "dns_failed" : "timeout";
    return { ...common, code, text: `no answer in time (${late})` };
  }
  return wasWritten
    ? { ...common, code: "connection_lost", text: `connection lost (${systemCode})`, systemCode }
    : { ...common, code: connectCause(systemCode), text: `no connection (${systemCode})`, systemCode };
}

/** Node's own errors come through got, too: since Node 24 one that a write ends with. Only a code leaves the transport. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && /^[A-Z][A-Z\d_]*$/.test(code) ? code : "unexpected";
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
