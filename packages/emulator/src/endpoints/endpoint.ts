import type { Answer } from "../calls/answer.ts";
import type { Call } from "../calls/call.ts";
import type { ForcedOutcome } from "../values/outcome.ts";
import type { Emulation } from "../emulation/emulation.ts";
import type { Refusal } from "../values/refusal.ts";

/** What an endpoint works with besides the call. */
export interface EndpointContext {
  readonly emulation: Emulation;
  readonly nowMs: number;
  /** How long `GET /batches` does not show a batch that is accepted now; the fault `late_listing`. */
  readonly listingDelayMs: number;
  /** Refuses a batch that is otherwise fine; the fault `reject_recipients`. */
  readonly refuse: ((call: Call) => Refusal) | undefined;
  /** How recipients of a batch that is accepted now fare; the fault `outcome`. */
  readonly forced: readonly ForcedOutcome[];
}

/** One operation of the API. A new one is a new file with one of these, and a line in `endpoints.ts`. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below `/xms/v1/:plan`. */
  readonly path: string;
  /** Whether it is served without a bearer token. @default false */
  readonly isOpen?: boolean;
  handle(call: Call, context: EndpointContext): Answer;
}
