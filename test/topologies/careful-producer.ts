import { setTimeout as pause } from "node:timers/promises";
import { createProducer, type Enqueued, ProducerError, type Producer, type SendToMany } from "@volley/producer";
import type { Cluster, Redis } from "ioredis";
import type { Asked } from "../chaos/asked.ts";
import type { EndedSend, SendEnd } from "../chaos/wait-for-ends.ts";

/** What a send is asked for with: its people stand in `Asked` as well. */
export type Order = { readonly key: string; readonly numbers: readonly string[]; readonly send: () => SendToMany };

/** A service that repeats every call with the same key until it is answered, and once more when Redis may have forgotten. */
export type CarefulProducer = {
  readonly producer: Producer;
  readonly ask: (order: Order) => Promise<Enqueued>;
  /** Asks for everything once more. @returns the keys of which Redis knew nothing any more */
  readonly askAgain: () => Promise<string[]>;
  /** Takes a send for one of its own that another call has made. */
  readonly note: (order: Order, id: string) => void;
  readonly idOf: (key: string) => string;
  /** Waits until all but the left out have ended. */
  readonly ends: (leftOut: ReadonlySet<string>, longestMs: number) => Promise<EndedSend[]>;
  readonly until: <T>(call: () => Promise<T>) => Promise<T>;
};

const AGAIN_MS = 300;

const LONGEST_MS = 90_000;

/** As the codes say: the same call may be made again. */
const AGAIN = new Set(["VOLLEY_REDIS_UNAVAILABLE", "VOLLEY_SUPPRESSION_UNCONFIRMED"]);

/** @param redis - a connection that goes on trying */
export function createCarefulProducer(redis: Redis | Cluster, prefix: string, region: string): CarefulProducer {
  const producer = createProducer({ redis, prefix, timeoutMs: 5_000 });
  const orders = new Map<string, Order & { readonly id: string; readonly times: number }>();
  const note = (order: Order, id: string): void =>
    void orders.set(order.key, { ...order, id, times: (orders.get(order.key)?.times ?? 0) + 1 });
  const ask = async (order: Order): Promise<Enqueued> => {
    const enqueued = await until(async () => producer.enqueue(order.send(), { region, idempotencyKey: order.key }));
    note(order, enqueued.id);
    return enqueued;
  };
  const asked = (): Asked[] =>
    [...orders.values()].map(({ key, id, times, numbers }) => {
      const rest = { duplicates: 0, invalid: 0, hasNames: false };
      return { key, id, region, times, confirmedAt: 0, numbers, ...rest };
    });
  return {
    producer,
    ask,
    askAgain: async () => {
      const forgotten: string[] = [];
      for (const order of orders.values()) {
        if (!(await ask(order)).alreadyEnqueued) forgotten.push(order.key);
      }
      return forgotten;
    },
    note,
    idOf: (key) => orders.get(key)?.id ?? "",
    ends: async (leftOut, longestMs) => {
      const deadline = Date.now() + longestMs;
      const ended: EndedSend[] = [];
      for (const one of asked().filter(({ key }) => !leftOut.has(key))) {
        ended.push({ asked: one, end: await endOf(producer, one.id, deadline) });
      }
      return ended;
    },
    until,
  };
}

/** @throws whatever is no trouble of Redis, or goes on for too long */
async function until<T>(call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ProducerError) || !AGAIN.has(error.code) || Date.now() > deadline) throw error;
      await pause(AGAIN_MS);
    }
  }
}

async function endOf(producer: Producer, id: string, deadline: number): Promise<SendEnd> {
  for (;;) {
    const status = await until(async () => producer.status(id));
    if (status === null) return { kind: "gone" };
    if (status.result !== undefined && status.result !== null) return { kind: "settled", result: status.result };
    if (Date.now() > deadline) return { kind: "open", state: status.state };
    await pause(AGAIN_MS);
  }
}
