import { setTimeout as pause } from "node:timers/promises";
import type { Cluster, Redis } from "ioredis";
import type { Log } from "../terms/log.ts";
import type { Crew } from "./crew.ts";
import { type Forgetting, lookAtRedis, readLost, type RedisProcess } from "./look-at-redis.ts";

/** What this process knows about Redis having lost its last writes. */
export type RedisMemory = {
  /**
   * Which Redis process answers now, and what it may have forgotten. While Redis cannot say, it waits: the answer is not
   * known before.
   */
  readonly recall: () => Promise<RedisProcess>;
  /** The last answer. */
  readonly last: () => RedisProcess;
  readonly close: () => void;
};

/** What the watch needs. */
export type RedisMemoryOptions = {
  /** BullMQ's. */
  readonly prefix: string;
  /** Who says what is lost. */
  readonly crew: Crew;
  readonly log: Log;
  /** The clock of this process. */
  readonly now: () => Date;
};

/** How long it rests when Redis cannot say who it is, before it asks again. */
const REST_MS = 500;

/** How soon it looks again while others are asked, in milliseconds. */
const LOOK_AGAIN_MS = 50;

/**
 * Watches which Redis process answers, and what it has forgotten. With an append-only file that is synced once a second, a
 * Redis that crashed, or a replica that took over, may have forgotten its last second: jobs that were done are waiting
 * again and look untouched. Whether it has, the crew knows (see `Crew`): a clean restart forgets nothing, and so costs nobody a
 * question. Nor does a mere lost connection, after which the same process answers, or a Redis that began empty.
 *
 * Redis is asked about every job that was picked up, after that: whoever answers is the process that has handed the job
 * out, or a later one. That a connection was lost says nothing of this: the nodes of a Cluster come and go unseen, and a
 * proxy keeps its clients' connections while another process takes over behind it. Whoever asks in the same turn of the
 * event loop shares a question.
 *
 * Which process answered last stands in Redis, too: a worker that starts after a replica took over, or was cut off while
 * another one ruled, would otherwise take the one that it meets for one that has forgotten nothing.
 */
export async function watchRedisMemory(
  redis: Redis | Cluster,
  { prefix, crew, log, now }: RedisMemoryOptions,
): Promise<RedisMemory> {
  let last = await seen(redis, { prefix, crew, now, before: null });
  if (last.identity === "")
    log.warn({}, "Redis does not let scripts ask which process it is: a failover is noticed by what it has lost alone");
  let next: Promise<RedisProcess> | null = null;
  let resting: Promise<unknown> | null = null;
  let isInTrouble = false;
  const closing = createClosing();
  const isAnswered = async (): Promise<boolean> => {
    try {
      const current = await closing.unlessClosed(seen(redis, { prefix, crew, now, before: last }));
      if (current) tellOfChange(log, last, current);
      last = current ?? last;
      isInTrouble = false;
      return true;
    } catch (error) {
      if (!isInTrouble) log.warn({ err: error }, "Redis could not be asked which process it is");
      isInTrouble = true;
      return closing.isClosed();
    }
  };
  const rest = async (): Promise<void> => {
    await closing.unlessClosed(pause(REST_MS, undefined, { ref: false }));
    resting = null;
  };
  const ask = async (): Promise<RedisProcess> => {
    await (resting ?? new Promise(setImmediate));
    next = null;
    if (await isAnswered()) return last;
    resting ??= rest();
    return (next ??= ask());
  };
  return { recall: async () => (next ??= ask()), last: () => last, close: closing.close };
}

type Seeing = {
  readonly prefix: string;
  readonly crew: Crew;
  readonly now: () => Date;
  readonly before: Memory | null;
};

/** What was found at the last look. */
type Memory = RedisProcess & { readonly lost: ReadonlyMap<string, Forgetting> };

/** Looks until nothing is open any more: what this process has lost it says, and what others have lost it waits for. */
async function seen(redis: Redis | Cluster, { prefix, crew, now, before }: Seeing): Promise<Memory> {
  for (;;) {
    const written = crew.written();
    const { isOpen, stored, lost: count, ...found } = await lookAtRedis(redis, prefix, { me: crew.me, written }, now);
    if (stored < written) {
      await crew.confess(found.identity, stored);
    } else if (isOpen) {
      await pause(LOOK_AGAIN_MS, undefined, { ref: false });
    } else {
      const isRead = before !== null && before.epoch === found.epoch && before.lost.size === count;
      const lost = isRead ? before.lost : count === 0 ? new Map() : await readLost(redis, prefix);
      return { ...found, lost, lostOf: (job) => lost.get(job) ?? null };
    }
  }
}

function tellOfChange(log: Log, last: Memory, current: Memory): void {
  if (current.forgotten && current.forgotten.epoch !== last.forgotten?.epoch) {
    log.warn({}, "Redis may have forgotten its last writes: parts enqueued before now ask before they send");
  } else if (current.epoch !== last.epoch) {
    log.warn(
      { jobs: current.lost.size },
      "Redis has forgotten its last writes: the parts of which it has lost some ask first",
    );
  } else if (current.identity !== last.identity) {
    log.info({}, "another Redis process answers, and has forgotten nothing");
  }
}

/** What nobody waits for any more once it is closed. */
type Closing = {
  readonly isClosed: () => boolean;
  /** `null` when it is closed before the work is done. */
  readonly unlessClosed: <T>(work: Promise<T>) => Promise<T | null>;
  readonly close: () => void;
};

function createClosing(): Closing {
  let isClosed = false;
  /** One promise of the end that all work races against would remember each of them. */
  const waiting = new Set<() => void>();
  return {
    isClosed: () => isClosed,
    unlessClosed: async (work) =>
      new Promise((resolve, reject) => {
        const leave = (): void => resolve(null);
        waiting.add(leave);
        work.then(resolve, reject).finally(() => waiting.delete(leave));
        if (isClosed) leave();
      }),
    close: () => {
      isClosed = true;
      for (const leave of waiting) leave();
    },
  };
}
