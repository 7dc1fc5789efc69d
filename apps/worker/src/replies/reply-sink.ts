import { InvalidSendError, listDigest, readSend, sendId } from "@volley/contract";
import type { ReplyPermits } from "@volley/opt-outs";
import { type Producer, ProducerError } from "@volley/producer";
import type { KeptEvent } from "@volley/receipts";
import { repliesSink, type Sink } from "@volley/relay";
import type { Logger } from "@volley/runtime";
import type { ReplyLimit } from "./reply-limit.ts";
import type { ReplySettings } from "./reply-settings.ts";
import { type Answered, replyTo } from "./reply-to.ts";

/** Whoever has not got a reply within this time gets none: later it would be worse than none. In milliseconds. */
const REPLY_WITHIN_MS = 5 * 60_000;

/** What the replies of a region need. */
export type ReplySinkOptions = {
  readonly region: string;
  readonly texts: ReplySettings;
  readonly startWords: readonly string[];
  readonly producer: Pick<Producer, "enqueue">;
  readonly permits: Pick<ReplyPermits, "grant">;
  readonly limit: ReplyLimit;
  readonly log: Pick<Logger, "info" | "warn">;
  readonly now: () => Date;
};

/**
 * Replies to what somebody has written. An event may come again: its reply has a key that is made from the event, and so is
 * enqueued once, whenever this process dies.
 */
export function createReplySink(options: ReplySinkOptions): Sink {
  const { region, texts, startWords, producer, permits, limit, log, now } = options;
  const reply = async (event: KeptEvent, { kind, recipient, sender, answers }: Answered): Promise<void> => {
    const body = texts[kind];
    const [at, nowMs] = [new Date(event.at).getTime(), now().getTime()];
    if (body === undefined || !(Math.abs(nowMs - at) < REPLY_WITHIN_MS)) return;
    if (limit.isSpent(now())) return limit.count("over_limit", now());
    const expireAt = new Date(at + REPLY_WITHIN_MS);
    const send = {
      from: sender,
      to: [recipient],
      body,
      priority: "urgent",
      expire_at: expireAt.toISOString(),
    } as const;
    const read = readSend(send, now());
    if (!read.ok) throw new InvalidSendError(read.problems);
    const idempotencyKey = `reply ${event.id}`;
    const own = { recipient, sendId: sendId(region, idempotencyKey), digest: listDigest(read.send), expireAt };
    // Whoever has said START is off the list, unless an operator has put them there, too: then it would not be true.
    if (!(await permits.grant(own, answers, kind !== "start"))) return;
    const { id, alreadyEnqueued } = await producer.enqueue(send, { region, idempotencyKey });
    if (alreadyEnqueued) return;
    limit.count("enqueued", now());
    log.info({ region, jobId: id, kind }, "a reply is enqueued");
  };
  return {
    name: repliesSink(region),
    take: async (events) => {
      for (const event of events) {
        const answered = event.region === region ? replyTo(event, { startWords }) : null;
        if (answered === null) continue;
        await reply(event, answered).catch((error: unknown) => {
          // It would not be enqueued the next time either, and the others must not wait for it.
          if (!isFinal(error)) throw error;
          log.warn({ region, kind: answered.kind, err: error }, "a reply cannot be enqueued");
        });
      }
    },
  };
}

function isFinal(error: unknown): boolean {
  return (
    error instanceof InvalidSendError ||
    (error instanceof ProducerError && error.code === "VOLLEY_IDEMPOTENCY_CONFLICT")
  );
}
