// A worker for the region eu, and the provider that it sends to. Arguments: Redis' URL, BullMQ's prefix.
import { once } from "node:events";
import { startEmulator } from "@volley/emulator";
import { createSinchClient } from "@volley/sinch";
import { startVolleyWorker } from "@volley/worker";
import { Redis } from "ioredis";

const [url, prefix] = process.argv.slice(2);
const emulator = await startEmulator({ plans: { plan: "token" } });
const redis = new Redis(url, { maxRetriesPerRequest: null });
const client = createSinchClient({ baseUrl: emulator.url, servicePlanId: "plan", apiToken: "token", timeoutMs: 8_000 });
const log = { debug() {}, info() {}, warn() {}, error: console.error };
const worker = await startVolleyWorker({ redis, prefix, log, regions: [{ name: "eu", client, concurrency: 4 }] });
console.log(JSON.stringify({ url: emulator.url }));

await once(process, "SIGTERM");
await worker.close();
client.close();
await redis.quit();
await emulator.close();
