import { connectCause } from "./connect-cause.ts";
import type { Tunnel } from "./connections.ts";
import type { TransportFailure } from "./transport.ts";
import { isOfProxy } from "./tunnel.ts";

/** Whoever gives up asks before sending again, however far the request had come. */
export const GIVEN_UP: TransportFailure = { status: null, code: "aborted", text: "given up", wasWritten: true };

/** The process was frozen between the decision to send and the write. */
export const TOO_LATE: TransportFailure = {
  status: null,
  code: "too_late",
  text: "too late to be written",
  wasWritten: false,
};

/** What came of it is more than anybody would keep. */
export const TOO_LARGE: TransportFailure = {
  status: null,
  code: "answer_too_large",
  text: "the answer is too large",
  wasWritten: true,
};

/** Why there is no answer. */
export type Trouble = {
  readonly error: unknown;
  /** What took too long, if that was it: `lookup`, `connect`, `secureConnect`, or the whole `request`. */
  readonly lateStep: string | null;
  /** Whether a byte of the request may have left this machine. */
  readonly wasWritten: boolean;
  /** Which way it went. */
  readonly url: string;
  readonly tunnel: Tunnel | null;
};

/** What is said of a request that has no answer. */
export function failureOf({ error, lateStep, wasWritten, url, tunnel }: Trouble): TransportFailure {
  const systemCode = codeOf(error);
  const host = tunnel && isOfProxy(error) ? tunnel.proxyHost : new URL(url).host;
  const common = { status: null, wasWritten, host } as const;
  if (lateStep !== null) {
    const code = lateStep === "lookup" ? "dns_failed" : "timeout";
    return { ...common, code, text: `no answer in time (${lateStep})` };
  }
  return wasWritten
    ? { ...common, code: "connection_lost", text: `connection lost (${systemCode})`, systemCode }
    : { ...common, code: connectCause(systemCode), text: `no connection (${systemCode})`, systemCode };
}

/** Since Node 24 an error's code may be one that a write ends with. Only a code leaves the transport. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && /^[A-Z][A-Z\d_]*$/.test(code) ? code : "unexpected";
}
