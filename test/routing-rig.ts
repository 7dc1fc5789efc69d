import { createProducer, type Enqueued, type Producer, type SendToMany } from "@volley/producer";
import type { SendResult } from "@volley/contract";
import { eventually } from "./stage/eventually.ts";
import { REGIONS, type RegionalHosts, startRegionalHosts } from "./regional-hosts.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

/** A producer with {@link ROUTES}, a worker of five regions, and a host for each. */
export type RoutingRig = {
  readonly stage: Stage;
  readonly hosts: RegionalHosts;
  readonly producer: Producer;
  /** Enqueues by the routes and waits for the result of the whole. */
  readonly send: (idempotencyKey: string, message: SendToMany) => Promise<{ enqueued: Enqueued; result: SendResult }>;
  readonly resultOf: (id: string) => Promise<SendResult>;
  /** Waits until Redis holds no list any more; a service that died leaves one that expires by itself. */
  readonly everyStageIsGone: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Five countries and a province. */
export const ROUTES = {
  prefixes: { "1": "us", "1204": "ca", "46": "eu", "44": "eu", "61": "au", "55": "br" },
};

/** Sets it up; whoever does closes it. */
export async function setUpRouting(): Promise<RoutingRig> {
  const stage = await setUpStage({ regions: REGIONS });
  const hosts = await startRegionalHosts();
  const producer = createProducer({ redis: stage.redisUrl, prefix: stage.prefix, routes: ROUTES, timeoutMs: 30_000 });
  await stage.startWorker(hosts.environment);
  const resultOf = async (id: string): Promise<SendResult> =>
    eventually(async () => (await producer.status(id))?.result, `the end of ${id}`);
  const stages = `${stage.prefix.replaceAll(/[[\]*?]/g, "\\$&")}:stages:*`;
  return {
    stage,
    hosts,
    producer,
    resultOf,
    send: async (idempotencyKey, message) => {
      const enqueued = await producer.enqueue(message, { region: "auto", idempotencyKey });
      return { enqueued, result: await resultOf(enqueued.id) };
    },
    everyStageIsGone: async () => {
      await eventually(async () => (await stage.redis.keys(stages)).length === 0, "no stage");
    },
    close: async () => {
      await producer.close();
      await stage.close();
      await hosts.close();
    },
  };
}
