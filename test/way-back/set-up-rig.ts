import { type Emulator, startEmulator } from "@volley/emulator";
import type { LocalRedis } from "@volley/local-redis";
import { createProducer, type Producer } from "@volley/producer";
import { Redis } from "ioredis";
import { environmentOf, plansOf } from "../stage/stage.ts";
import { spawnWebhooks, type WebhooksProcess } from "../stage/webhooks-process.ts";
import { startWorkerProcess, type WorkerProcess } from "../stage/worker-process.ts";
import type { WayBackArguments } from "./way-back-arguments.ts";

export const REGIONS = ["us", "eu"];

/**
 * How many times faster than a network it is: at 20 reports come within half a second, and what was not taken again after a
 * quarter of one, a half, one, two …
 */
export function speedFor(recipients: number): number {
  return recipients < 20_000 ? 100 : 20;
}

const SHARES = { failShare: 0.2, reportsTwice: 0.1, reportsEarly: 0.05 };

/** A system whose provider calls back in disorder. */
export type Rig = {
  readonly redis: Redis;
  readonly local: LocalRedis;
  readonly emulator: Emulator;
  readonly producer: Producer;
  readonly webhooks: { current: WebhooksProcess; readonly restart: () => Promise<void> };
  readonly prefix: string;
};

/**
 * Sets it up: a worker, the process that takes callbacks, and the provider.
 *
 * @param stopping - gets what ends each of them, the last one first
 */
export async function setUpRig(
  local: LocalRedis,
  { recipients, seed }: WayBackArguments,
  stopping: (() => Promise<unknown>)[],
): Promise<Rig> {
  const prefix = "{way-back}";
  const redis = new Redis(local.url, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
  // Redis is killed: that connections end is what is wanted.
  redis.on("error", () => {});
  stopping.unshift(async () => redis.disconnect());
  const emulator = await startEmulator({
    ...SHARES,
    plans: plansOf(REGIONS),
    speed: speedFor(recipients),
    seed,
    keep: "counts",
    callbackOrder: "random",
  });
  stopping.unshift(async () => emulator.close());
  const environment = { REDIS_URL: local.url, ...environmentOf(REGIONS, { prefix, baseUrl: emulator.url }) };
  const start = async (port: string): Promise<WebhooksProcess> => {
    const started = await spawnWebhooks({
      REDIS_URL: local.url,
      VOLLEY_PREFIX: prefix,
      VOLLEY_REGIONS: REGIONS.join(","),
      VOLLEY_US_CALLBACK_SECRETS: "the secret of us",
      VOLLEY_EU_CALLBACK_SECRETS: "the secret of eu,another",
      VOLLEY_EVENTS_KEEP_MB: "10000",
      VOLLEY_EVENTS_QUEUE: "true",
      VOLLEY_HTTP_PORT: port,
    });
    stopping.unshift(async () => started.kill());
    return started;
  };
  const webhooks = {
    current: await start("0"),
    restart: async () => {
      await webhooks.current.kill();
      webhooks.current = await start(new URL(webhooks.current.url).port);
    },
  };
  for (const region of REGIONS) {
    const url = `${webhooks.current.url}/v1/callbacks/${region}`;
    emulator.setCallbacks({ reportUrl: url, inboundUrl: url, secret: `the secret of ${region}` }, `${region}-plan`);
  }
  const worker: WorkerProcess = await startWorkerProcess(environment);
  stopping.unshift(async () => worker.stop());
  const producer = createProducer({ redis: local.url, prefix });
  stopping.unshift(async () => producer.close());
  return { redis, local, emulator, producer, webhooks, prefix };
}
