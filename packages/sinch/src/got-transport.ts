import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { got, RequestError, type Response, TimeoutError } from "got";
import { createTimeliness } from "./timeliness.ts";
import type { Transport, TransportFailure } from "./transport.ts";

/** A transport and the connections that it keeps open. */
export type GotTransport = { readonly send: Transport; readonly close: () => void };

/** Whoever gives up asks before sending again, however far the request had come. */
const GIVEN_UP: TransportFailure = { status: null, code: "aborted", text: "given up", wasWritten: true };

/** The process was frozen between the decision to send and the write. */
const TOO_LATE: TransportFailure = {
  status: null,
  code: "too_late",
  text: "too late to be written",
  wasWritten: false,
};

/**
 * The transport over got: keep-alive, one deadline for the whole request, no retry of its own (the worker owns
 * retries: got would repeat a GET three times behind its back), no redirects.
 *
 * @param options.timeoutMs - from the call to the last byte of the answer
 * @param options.trustedCertificate - PEM of a certificate authority to trust in place of the usual ones
 */
export function createGotTransport(options: {
  readonly timeoutMs: number;
  readonly trustedCertificate?: string;
}): GotTransport {
  const { timeoutMs, trustedCertificate } = options;
  // Shorter than the whole deadline, so that a host that does not answer is told apart from a request without answer.
  const connectMs = Math.ceil(timeoutMs / 2);
  const trust = trustedCertificate === undefined ? {} : { ca: trustedCertificate };
  const timeliness = createTimeliness();
  const agent = {
    http: timeliness.watch(new HttpAgent({ keepAlive: true })),
    https: timeliness.watch(new HttpsAgent({ keepAlive: true, ...trust })),
  };
  const client = got.extend({
    agent,
    decompress: true,
    followRedirect: false,
    responseType: "text",
    retry: { limit: 0 },
    throwHttpErrors: false,
    timeout: { request: timeoutMs, lookup: connectMs, connect: connectMs, secureConnect: connectMs },
  });
  return {
    close: () => {
      agent.http.destroy();
      agent.https.destroy();
    },
    send: async (request, signal) => {
      const { method, url, headers, body, notAfter } = request;
      const window = notAfter && timeliness.until(notAfter);
      const carry = async (): Promise<Response<string>> =>
        client(url, { method, headers, ...(body && { body }), ...(signal && { signal }) });
      try {
        const answer = await (window ? window.run(carry) : carry());
        return { status: answer.statusCode, headers: answer.headers, body: answer.body };
      } catch (error) {
        if (window?.isMissed()) return TOO_LATE;
        return signal?.aborted ? GIVEN_UP : failureOf(error, url.startsWith("https:"));
      }
    },
  };
}

function failureOf(error: unknown, isTls: boolean): TransportFailure {
  const code = error instanceof RequestError ? error.code : "unexpected";
  const wasWritten = !(error instanceof RequestError) || mayBeWritten(error, isTls);
  if (error instanceof TimeoutError) {
    return { status: null, code: "timeout", text: `no answer in time (${error.event})`, wasWritten };
  }
  return wasWritten
    ? { status: null, code: "connection_lost", text: `connection lost (${code})`, wasWritten }
    : { status: null, code: "connect_failed", text: `no connection (${code})`, wasWritten };
}

/**
 * Whether a byte of the request may have left this machine: whether its connection stood, with TLS where that is asked
 * for. Error codes do not tell: `EHOSTUNREACH` and `EPROTO` can come before the request and after it. On a connection
 * that was kept alive got gives the time at which the request took it over.
 */
function mayBeWritten({ code, timings }: RequestError, isTls: boolean): boolean {
  // No request was made at all; because of what is in it, when Node says so.
  if (timings === undefined) return !code.startsWith("ERR_INVALID_");
  return (isTls ? timings.secureConnect : timings.connect) !== undefined;
}
