import type { ScriptConnection } from "@volley/contract";
import {
  createConfirmedScripts,
  type Numbering,
  OtherSecretError,
  UnconfirmedError,
  UnreadableListError,
} from "@volley/opt-outs";
import type { QueueAccess } from "../redis/queue-access.ts";
import { ProducerError } from "../terms/producer-error.ts";

/** How the suppression list is read and changed. */
export type ListTerms = {
  readonly numbering: Numbering;
  /** How many replicas of Redis have a change before it is answered; `null` for one where there are any. */
  readonly replicas: number | null;
  /** How long the proof of a change is kept, in seconds. */
  readonly proofS: number;
  /** How long they may take, in milliseconds. */
  readonly timeoutMs: number;
  /** The system's clock, or a test's. */
  readonly now: () => Date;
};

/** What changes of the list go by: they are answered once so many replicas have them. */
export function confirmedWrites(
  { link, prefix }: Pick<QueueAccess, "link" | "prefix">,
  { replicas, timeoutMs }: Pick<ListTerms, "replicas" | "timeoutMs">,
): ScriptConnection {
  return createConfirmedScripts({ redis: link.connection, prefix, replicas, timeoutMs });
}

/** What the list has thrown, with the producer's code where it has one. */
export function codedError(error: unknown): unknown {
  if (error instanceof OtherSecretError) return new ProducerError("VOLLEY_SUPPRESSION_SECRET", error.message);
  if (error instanceof UnreadableListError) return new ProducerError("VOLLEY_SUPPRESSION_UNREADABLE", error.message);
  if (!(error instanceof UnconfirmedError)) return error;
  const message = `the change may be kept or lost (${error.message}); the same call may be made again`;
  return new ProducerError("VOLLEY_SUPPRESSION_UNCONFIRMED", message);
}
