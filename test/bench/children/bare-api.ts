import { Queue } from "bullmq";
import { fastify } from "fastify";
import { Redis } from "ioredis";
import { serve } from "./serve.ts";

const BODY = {
  type: "object",
  required: ["from", "to", "body"],
  properties: {
    region: { type: "string" },
    from: { type: "string" },
    to: { type: "array", items: { type: "string", pattern: "^\\+?\\d{7,15}$" }, minItems: 1, maxItems: 1_000 },
    body: { type: "string", minLength: 1, maxLength: 2_000 },
  },
};

/** The naive way to enqueue over HTTP: a route that validates and adds one job. It asks nobody for a key. */
serve({
  listen: async ({ redisUrl }: { readonly redisUrl: string }) => {
    const queue = new Queue("bare-api", { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }) });
    const server = fastify();
    server.post("/sends", { schema: { body: BODY } }, async ({ body, headers }, reply) => {
      const { id } = await queue.add("send", body, { jobId: `k-${String(headers["idempotency-key"])}` });
      return await reply.code(202).send({ id });
    });
    return { url: await server.listen({ port: 0, host: "127.0.0.1" }) };
  },
});
