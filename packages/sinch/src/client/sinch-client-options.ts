import type { Authentication } from "../authentication/authentication.ts";
import type { CurrentSecrets } from "../authentication/rotating-sender.ts";
import type { ConnectionSettings } from "../transport/connections.ts";
import type { Transport } from "../transport/transport.ts";

/** How to reach one service plan, or one project. */
export type SinchClientOptions = SinchConnectionOptions & Credentials;

/** An HTTP client that requests can go through. */
export type HttpClient = "got" | "node";

/** How to reach the provider, whoever calls. */
export type SinchConnectionOptions = ConnectionSettings & {
  /** Scheme and host, without a path: `https://eu.sms.api.sinch.com`. */
  readonly baseUrl: string;
  /** Deadline of one call in milliseconds, from the call to the last byte of the answer, a token included. @default 8000 */
  readonly timeoutMs?: number;
  /** An answer of which more would be kept is not read to its end. @default 67108864 */
  readonly maxAnswerBytes?: number;
  /** Secrets that may change while the client is used; they go before those of the credentials. */
  readonly secrets?: CurrentSecrets;
  /** Which client carries requests: `got`, or Node's own, which takes less of the processor's time. @default "got" */
  readonly httpClient?: HttpClient;
  /** Carries requests in place of either. */
  readonly transport?: Transport;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Gives numbers from 0 to 1. @default Math.random */
  readonly random?: () => number;
};

/** Who calls: a service plan, in two ways to write it, or a project. */
type Credentials =
  | { readonly auth: Authentication; readonly servicePlanId?: never; readonly apiToken?: never }
  | { readonly servicePlanId: string; readonly apiToken: string; readonly auth?: never };

/** The credentials, whichever way they were written. */
export function authenticationOf(options: SinchClientOptions): Authentication {
  if (options.auth) return options.auth;
  return { kind: "plan", servicePlanId: options.servicePlanId, apiToken: options.apiToken };
}
