import { contentDigest, LIMITS, parametersFor, type ReadySend, type Send } from "@volley/contract";
import { keptIndexes, type Plan } from "./plan.ts";

/** How many parts a number of recipients makes. */
export function partCount(recipients: number): number {
  return Math.ceil(recipients / LIMITS.recipientsPerBatch);
}

/** How many recipients a part has: all are full but the last. */
export function partSize(recipients: number, part: number): number {
  return Math.min(LIMITS.recipientsPerBatch, recipients - part * LIMITS.recipientsPerBatch);
}

/**
 * One part of a send: the same message to the recipients of its index, with their parameters alone. The same send gives
 * the same parts every time, which is what lets planning be repeated after a crash.
 *
 * @param send - of more recipients than fit into one batch
 * @param expireAt - of the send: counted from the part's own enqueueing it would move
 * @param part - from 0
 */
export function partOfSend(send: ReadySend, expireAt: Date, part: number): Send {
  const first = part * LIMITS.recipientsPerBatch;
  const to = send.recipients.accepted.slice(first, first + LIMITS.recipientsPerBatch);
  const parameters = parametersFor(send.parameters, to, send.recipients.accepted);
  return { ...send.message, to, ...(parameters && { parameters }), expire_at: expireAt.toISOString() } as Send;
}

/** The plan of a send whose recipients stand in its job. */
export function planOfSend(send: ReadySend, expireAt: Date): Plan {
  const { requested, accepted, duplicate, rejected, refused, skipped } = send.recipients;
  return {
    message: send.message as Plan["message"],
    content: contentDigest(send),
    planned: {
      parts: partCount(accepted.length),
      requested,
      duplicate,
      rejected,
      refused: [...refused],
      skipped: keptIndexes(skipped),
    },
    isUrgent: send.message.priority === "urgent",
    partOf: (part) => partOfSend(send, expireAt, part),
  };
}
