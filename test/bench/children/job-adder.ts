import { type BulkJobOptions, Queue } from "bullmq";
import { Redis } from "ioredis";
import { people, person } from "./people.ts";
import { serve } from "./serve.ts";

type Place = { readonly redisUrl: string; readonly queue: string; readonly prefix?: string };

/** A job per message to one person, in the provider's own words, with a text of its own or the same for all. */
type Singles = Place & {
  readonly count: number;
  /** Name of the jobs, and what their IDs begin with. */
  readonly name: string;
  readonly idPrefix: string;
  readonly hasOwnText: boolean;
};

type Parts = { readonly recipients: number; readonly perPart: number };

type BulkJob = { readonly name: string; readonly data: object; readonly opts: BulkJobOptions };

/** Jobs of one call; larger pages are no faster (design measurements, B1). */
const PAGE = 100;

let ready: readonly object[] = [];

/** Puts jobs on queues with nothing but BullMQ: what is ready before a race begins, and the baseline of enqueueing. */
serve({
  singles: async ({ count, name, idPrefix, hasOwnText, ...place }: Singles) => {
    const jobs = Array.from({ length: count }, (_, index) => ({
      name,
      data: {
        from: "12015550123",
        to: [person(index)],
        body: hasOwnText ? `Your code is ${String(index).padStart(6, "0")}` : "Your parcel has arrived.",
      },
      opts: { jobId: `${idPrefix}-${index}` },
    }));
    return inQueue(place, async (queue) => addAll(queue, jobs));
  },
  prepareParts: async ({ recipients, perPart }: Parts) => {
    ready = Array.from({ length: Math.ceil(recipients / perPart) }, (_, index) => ({
      from: "12015550123",
      to: [...people(Math.min(perPart, recipients - index * perPart), index * perPart)],
      body: "The doors open at seven. See you there!",
    }));
  },
  addParts: async ({ idPrefix, ...place }: Place & { readonly idPrefix: string }) => {
    const jobs = ready.map((data, index) => ({ name: "send", data, opts: { jobId: `${idPrefix}-${index}` } }));
    return inQueue(place, async (queue) => addAll(queue, jobs));
  },
});

async function addAll(queue: Queue, jobs: readonly BulkJob[]): Promise<{ readonly durationMs: number }> {
  await queue.waitUntilReady();
  const start = performance.now();
  for (let index = 0; index < jobs.length; index += PAGE) await queue.addBulk(jobs.slice(index, index + PAGE));
  return { durationMs: performance.now() - start };
}

async function inQueue<Value>(
  { redisUrl, queue: name, prefix }: Place,
  work: (queue: Queue) => Promise<Value>,
): Promise<Value> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection, ...(prefix !== undefined && { prefix }) });
  try {
    return await work(queue);
  } finally {
    await queue.close();
    await connection.quit();
  }
}
