import { setTimeout as pause } from "node:timers/promises";
import { Cluster, type Redis } from "ioredis";
import type { Log } from "./log.ts";
import { readRedisProcess, type RedisProcess } from "./redis-process.ts";

/** What this process knows about Redis having lost its last writes. */
export type RedisMemory = {
  /**
   * Whatever was enqueued before this time may have been dispatched without Redis remembering it; `null` when nothing
   * can be forgotten. While Redis cannot say, it waits: the answer is not known before.
   */
  readonly forgottenBefore: () => Promise<Date | null>;
  readonly close: () => void;
};

/** Asks Redis until it answers. Closed, it gives the answer that it had last. */
type Questions = { readonly ask: () => Promise<Date | null>; readonly close: () => void };

/** How long it rests when Redis cannot say who it is, before it asks again. */
const REST_MS = 500;

/**
 * Watches which Redis process answers. With an append-only file that is synced once a second, a Redis that crashed, or
 * a replica that took over, has forgotten up to its last second: jobs that were done are waiting again and look
 * untouched. A mere lost connection forgets nothing, the same process answers afterwards; nor does a Redis that began
 * empty.
 *
 * Which process answered last stands in Redis, too: a worker that starts after a replica took over, or was cut off while
 * another one ruled, would otherwise take the one that it meets for one that has forgotten nothing.
 *
 * @param redis - over one connection one process answers: it is asked at every (re)connect. The connections of a
 *   Cluster's nodes come and go unseen: it is asked each time
 * @param prefix - BullMQ's
 */
export async function watchRedisMemory(redis: Redis | Cluster, prefix: string, log: Log): Promise<RedisMemory> {
  const look = async (): Promise<RedisProcess> => readRedisProcess(redis, prefix);
  const first = await look();
  const questions = createQuestions(look, first, log);
  return redis instanceof Cluster ? askEachTime(questions) : askAfterLoss(redis, questions, first);
}

function createQuestions(look: () => Promise<RedisProcess>, first: RedisProcess, log: Log): Questions {
  let last = first;
  const closing = new AbortController();
  const waiting = new Set<() => void>();
  /** One promise of the end that all questions race against would remember each of them. */
  const unlessClosed = async <T>(work: Promise<T>): Promise<T | null> =>
    new Promise((resolve, reject) => {
      const leave = (): void => resolve(null);
      waiting.add(leave);
      work.then(resolve, reject).finally(() => waiting.delete(leave));
    });
  const isAnswered = async (): Promise<boolean> => {
    try {
      const current = await unlessClosed(look());
      if (current && current.identity !== last.identity) {
        log.warn({}, "another Redis process answers: parts enqueued before now ask before they send");
      }
      last = current ?? last;
      return true;
    } catch (error) {
      log.warn({ err: error }, "Redis could not be asked which process it is");
      await unlessClosed(pause(REST_MS, undefined, { ref: false }));
      return false;
    }
  };
  return {
    ask: async () => {
      while (!closing.signal.aborted && !(await isAnswered()));
      return last.forgottenBefore;
    },
    close: () => {
      closing.abort();
      for (const leave of waiting) leave();
    },
  };
}

/** Whoever asks in the same turn of the event loop shares a question. */
function askEachTime({ ask, close }: Questions): RedisMemory {
  let next: Promise<Date | null> | null = null;
  const begin = async (): Promise<Date | null> => {
    await Promise.resolve();
    next = null;
    return ask();
  };
  return {
    forgottenBefore: async () => {
      next ??= begin();
      return next;
    },
    close,
  };
}

function askAfterLoss(redis: Redis, questions: Questions, first: RedisProcess): RedisMemory {
  let answer = Promise.resolve(first.forgottenBefore);
  let losses = 0;
  let isAsking = false;
  const ask = async (): Promise<Date | null> => {
    isAsking = true;
    for (;;) {
      const before = losses;
      // ioredis keeps the question until there is a connection.
      const known = await questions.ask();
      if (before !== losses) continue; // That connection is lost as well, and another process may answer over the next.
      isAsking = false;
      return known;
    }
  };
  const onClose = (): void => {
    losses += 1;
    if (!isAsking) answer = ask();
  };
  redis.on("close", onClose);
  return {
    forgottenBefore: async () => answer,
    close: () => {
      redis.off("close", onClose);
      questions.close();
    },
  };
}
