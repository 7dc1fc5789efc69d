import type { Answer } from "../answer.ts";
import type { BatchStore } from "../batches/batch-store.ts";
import type { Call } from "../call.ts";
import type { Refusal } from "../refusal.ts";

/** What an endpoint works with besides the call. */
interface EndpointContext {
  readonly store: BatchStore;
  readonly nowMs: number;
  /** Whether `from` may be left out. */
  readonly hasDefaultOriginator: boolean;
  /** How long `GET /batches` does not show a batch that is accepted now; the fault `late_listing`. */
  readonly listingDelayMs: number;
  /** Refuses a batch that is otherwise fine; the fault `refuse_recipients`. */
  readonly refuse: ((call: Call) => Refusal) | undefined;
}

/** One operation of the API. A new one is a new file with one of these, and a line in `endpoints.ts`. */
export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below `/xms/v1/:plan`. */
  readonly path: string;
  handle(call: Call, context: EndpointContext): Answer;
}
