import { type Job, Worker } from "bullmq";
import { serve } from "./serve.ts";

type Start = { readonly redisUrl: string; readonly queue: string; readonly url: string; readonly token: string };

/** What tutorials do: a job per recipient, `fetch`, and every setting as it is, so that one job is worked on at a time. */
serve({
  start: async ({ redisUrl, queue, url, token }: Start) => {
    const worker = new Worker(
      queue,
      async (job: Job): Promise<unknown> => {
        const response = await fetch(url, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify(job.data),
        });
        if (!response.ok) throw new Error(`the provider answered ${response.status}`);
        return response.json();
      },
      { connection: { url: redisUrl } },
    );
    worker.on("error", (error) => console.error(error));
    worker.on("failed", (_, error) => console.error(error));
    await worker.waitUntilReady();
  },
});
