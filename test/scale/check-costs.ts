import { startEmulator } from "@volley/emulator";
import { startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { environmentOf, plansOf } from "../stage/stage.ts";
import { startWorkerProcess } from "../stage/worker-process.ts";
import { createCarefulProducer } from "../topologies/careful-producer.ts";
import { campaign, order } from "../topologies/orders.ts";
import { people } from "../stage/people.ts";
import { COSTS, type Kind } from "./costs.ts";

/** What a real run cost Redis, beside what the simulation goes by. */
type Checked = {
  readonly kind: Kind;
  readonly recipients: number;
  readonly measuredUs: number;
  readonly taken: number;
};

const [PREFIX, REGION] = ["{scale}", "us"];

const LONGEST_MS = 300_000;

const AT_ONCE = 50;

const FIRST_SINGLE = 10_000_000;

/** Sends a campaign and single sends on a real Redis, one after the other, and reads its CPU time. */
export async function checkCosts(load: { readonly campaign: number; readonly single: number }): Promise<Checked[]> {
  const redis = await startRedis({ prefer: "server", persistence: true });
  const emulator = await startEmulator({ plans: plansOf([REGION]) });
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  const worker = await startWorkerProcess({
    REDIS_URL: redis.url,
    ...environmentOf([REGION], { prefix: PREFIX, baseUrl: emulator.url }),
  });
  const measured = async (kind: Kind, recipients: number, ask: (service: Service) => Promise<unknown>) => {
    const service = createCarefulProducer(connection, PREFIX, REGION);
    const before = await cpuUs(connection);
    await ask(service);
    await service.ends(new Set(), LONGEST_MS);
    const measuredUs = ((await cpuUs(connection)) - before) / recipients;
    await service.producer.close();
    return { kind, recipients, measuredUs, taken: COSTS[kind].redisUs };
  };
  try {
    return [
      await measured("campaign", load.campaign, async (service) => service.ask(campaign(load.campaign))),
      await measured("single", load.single, async (service) => askSingles(service, load.single)),
    ];
  } finally {
    worker.signal("SIGKILL");
    await worker.ended();
    connection.disconnect();
    await emulator.close();
    await redis.stop();
  }
}

type Service = ReturnType<typeof createCarefulProducer>;

async function askSingles(service: Service, count: number): Promise<void> {
  const left = people(count, FIRST_SINGLE);
  const work = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) await service.ask(order(`single-${one}`, [one]));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function cpuUs(redis: Redis): Promise<number> {
  const info = await redis.info("cpu");
  const seconds = (name: string): number => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1]);
  return (seconds("used_cpu_user") + seconds("used_cpu_sys")) * 1_000_000;
}
