import type { Failure } from "../failures/outcome.ts";
import type { TransportAnswer, TransportFailure, TransportRequest } from "../transport/transport.ts";

/** A request that lacks its headers. Its `timeoutMs` is for the credentials, too. */
export type OpenRequest = Omit<TransportRequest, "headers">;

/** Carries a request with credentials, within one deadline. A failure says that there were none to be had. */
export type Send = (
  request: OpenRequest,
  signal?: AbortSignal,
) => Promise<TransportAnswer | TransportFailure | Failure>;

/** Knows the credentials. */
export type Sender = { readonly send: Send; readonly close: () => void };

/** The two sets of headers that calls have. */
export type SenderHeaders = {
  readonly bare: Readonly<Record<string, string>>;
  /** For a request that has a body: without its type Sinch answers 415. */
  readonly withBody: Readonly<Record<string, string>>;
};

/** The headers of calls that carry a bearer token. */
export function senderHeaders(token: string): SenderHeaders {
  const bare = { accept: "application/json", authorization: `Bearer ${token}`, "user-agent": "volley" };
  return { bare, withBody: { ...bare, "content-type": "application/json" } };
}
