import type { ApiKey } from "@volley/keys";
import { type EnqueueOptions, type Producer, ProducerError } from "@volley/producer";
import { requireLeft } from "../guard/count-request.ts";

/** Recipients of one request, taken from those that its key may send to on a day. */
export type RequestReservation = {
  /** Takes some more. @throws ApiProblem `daily_limit_reached`, and takes nothing */
  readonly take: (count: number) => Promise<void>;
  /** Enqueues, and gives back whoever was taken and is not sent to. @param usedBy - to how many, by the answer */
  readonly settling: <T extends { readonly alreadyEnqueued: boolean }>(
    enqueue: () => Promise<T>,
    usedBy: (enqueued: T) => number,
  ) => Promise<T>;
};

/** Which request it is: its tries have that in common. */
export type RequestTarget = Required<Pick<EnqueueOptions, "region" | "idempotencyKey">>;

/** Without a limit it costs nothing. */
export async function createReservation(
  key: ApiKey,
  { region, idempotencyKey }: RequestTarget,
  { keys, isKeyUsed }: Pick<Producer, "keys" | "isKeyUsed">,
): Promise<RequestReservation> {
  const reservation = key.per_day === null ? null : await keys.reserve(key, `${region} ${idempotencyKey}`);
  if (reservation === null) return { take: async () => {}, settling: async (enqueue) => enqueue() };
  let total = 0;
  // Done before: it sends to nobody, and is answered whatever is left.
  let isRepeated = false;
  return {
    take: async (count) => {
      if (isRepeated || count === 0) return;
      total += count;
      const look = await reservation.take(total);
      if (look.isOver) isRepeated = await isKeyUsed({ region, idempotencyKey });
      if (!isRepeated) requireLeft(look);
    },
    settling: async (enqueue, usedBy) => {
      try {
        const enqueued = await enqueue();
        const ended = enqueued.alreadyEnqueued ? reservation.release() : reservation.settle(usedBy(enqueued));
        await ended.catch(leave);
        return enqueued;
      } catch (error) {
        if (isClear(error)) await reservation.release().catch(leave);
        throw error;
      }
    },
  };
}

/** What cannot be given back is so at the end of the day. */
function leave(): void {}

/** Whether nothing can have been enqueued. Where Redis has not answered, it may have been. */
function isClear(error: unknown): boolean {
  return !(error instanceof ProducerError && error.code.startsWith("VOLLEY_REDIS_"));
}
