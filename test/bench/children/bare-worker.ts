import { Agent } from "node:http";
import { type Job, Worker } from "bullmq";
import { got } from "got";
import { Redis } from "ioredis";
import { serve } from "./serve.ts";

type Start = {
  readonly redisUrl: string;
  readonly queue: string;
  readonly concurrency: number;
  readonly url: string;
  readonly token: string;
};

/** The naive way: a bare BullMQ worker that posts each job's data with got. BullMQ's own settings, connections kept alive. */
serve({
  start: async ({ redisUrl, queue, concurrency, url, token }: Start) => {
    const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
    const agent = { http: new Agent({ keepAlive: true }) };
    const headers = { authorization: `Bearer ${token}` };
    const worker = new Worker(
      queue,
      async (job: Job): Promise<unknown> => {
        const { id } = await got.post(url, { json: job.data, headers, agent }).json<{ id: string }>();
        return { id };
      },
      { connection, concurrency },
    );
    worker.on("error", (error) => console.error(error));
    worker.on("failed", (_, error) => console.error(error));
    await worker.waitUntilReady();
  },
});
