import { setTimeout as pause } from "node:timers/promises";
import { LIMITS } from "@volley/contract";
import { createProducer } from "@volley/producer";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { Asked } from "../chaos/asked.ts";
import { people } from "../stage/people.ts";

/** What services ask for, over and over until Redis has said that it has it. */
export type Load = {
  /** Asks for sends of ten people each, and before them for one of so many as given: what no job can carry is staged. */
  readonly ask: (singles: number, large?: number) => Promise<void>;
  readonly asked: () => Asked[];
  readonly queue: () => Queue;
  readonly close: () => Promise<void>;
};

const PEOPLE_OF_A_SEND = 10;

const AGAIN_AFTER_MS = 500;

/** Longer than any fault lasts. */
const LONGEST_MS = 90_000;

/** @param redis - a connection that stays open through every fault of the workers */
export function startLoad(redis: Redis, prefix: string, region: string): Load {
  const queue = new Queue(`volley-${region}`, { connection: redis, prefix });
  queue.on("error", () => {});
  const asked: Asked[] = [];
  let next = 0;
  const toAsk = (count: number): Asked => {
    const numbers = people(count, next);
    const id = `send-${next}`;
    next += count;
    return { key: id, id, region, times: 1, confirmedAt: 0, numbers, duplicates: 0, invalid: 0, hasNames: false };
  };
  const stage = async (count: number): Promise<Asked> => {
    const one = toAsk(count);
    const producer = createProducer({ redis, prefix });
    const send = { from: "Volley", to: one.numbers, body: "Hello" };
    const { id } = await producer.enqueue(send, { region, idempotencyKey: one.key });
    await producer.close();
    return { ...one, id };
  };
  return {
    ask: async (singles, large = 0) => {
      const isStaged = large > LIMITS.inlineRecipients;
      if (isStaged) asked.push(await stage(large));
      const sends = Array.from({ length: singles }, () => toAsk(PEOPLE_OF_A_SEND));
      if (large > 0 && !isStaged) sends.unshift(toAsk(large));
      // Judged from now on, whatever becomes of the asking.
      asked.push(...sends);
      const jobs = sends.map(({ id, numbers }) => ({
        name: "send",
        data: { from: "Volley", to: numbers, body: "Hello" },
        opts: { jobId: id },
      }));
      await untilTaken(async () => queue.addBulk(jobs));
    },
    asked: () => asked,
    queue: () => queue,
    close: async () => queue.close(),
  };
}

/** The same job ID adds nothing twice. */
async function untilTaken(add: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + LONGEST_MS;
  for (;;) {
    try {
      await add();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(AGAIN_AFTER_MS);
    }
  }
}
