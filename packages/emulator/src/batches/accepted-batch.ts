import type { Batch } from "./batch.ts";
import type { Fields } from "../values/fields.ts";
import { readRequest } from "./kept-request.ts";
import type { ParsedRequest } from "./kept-request.ts";

/** A batch that the emulator accepted. */
export interface AcceptedBatch {
  readonly id: string;
  readonly plan: string;
  readonly client_reference: string | undefined;
  /** Without `+`, in the order of the request. Parsed when it is read first. */
  readonly to: readonly string[];
  /** Milliseconds since 1970. */
  readonly accepted_at: number;
  readonly canceled: boolean;
  /** Whether it was canceled while it was in the queue, so that its recipients do not count as texted. */
  readonly withdrawn: boolean;
  /** The body of the request, as it was sent or changed last. Parsed when it is read first. */
  readonly request: Fields;
  /** The recipients whose delivery was confirmed through `delivery_feedback`; undefined when nobody did. */
  readonly feedback: readonly string[] | undefined;
}

/** Shows a batch to a test. Parsing waits until it is needed: there may be a million of them. */
export function acceptedBatch(batch: Batch): AcceptedBatch {
  let parsed: ParsedRequest | undefined;
  const parse = (): ParsedRequest => (parsed ??= readRequest(batch.content.request));
  return {
    id: batch.id,
    plan: batch.plan,
    client_reference: batch.content.clientReference,
    get to() {
      return parse().recipients.wire;
    },
    accepted_at: batch.acceptedAtMs,
    canceled: batch.canceled,
    withdrawn: batch.isWithdrawn,
    get request() {
      return parse().fields;
    },
    feedback: batch.feedback === undefined ? undefined : [...batch.feedback],
  };
}
