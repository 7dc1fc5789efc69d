import { createSinchClient } from "@volley/sinch";
import { startVolleyWorker } from "@volley/worker";
import { Redis } from "ioredis";
import { serve } from "./serve.ts";
import { createUndiciTransport } from "./undici-transport.ts";

type Start = {
  readonly redisUrl: string;
  readonly concurrency: number;
  readonly baseUrl: string;
  readonly plan: string;
  readonly token: string;
  readonly client: "got" | "node" | "undici";
};

const SILENT = { debug: () => {}, info: () => {}, warn: console.error, error: console.error };

/** The worker without the process around it, so that the transport under its client can be another one. */
serve({
  start: async ({ redisUrl, concurrency, baseUrl, plan, token, client }: Start) => {
    const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
    const carrier = client === "undici" ? { transport: createUndiciTransport() } : { httpClient: client };
    const sinch = createSinchClient({ baseUrl, servicePlanId: plan, apiToken: token, ...carrier });
    await startVolleyWorker({ redis, log: SILENT, regions: [{ name: "us", client: sinch, concurrency }] });
  },
});
