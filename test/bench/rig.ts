import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { type AskedProcess, type BenchProcess, type ChildName, startChild, startProgram } from "./bench-process.ts";
import { type Provider, startProvider } from "./provider.ts";
import { type Patience, until } from "./until.ts";
import { workerEnvironment } from "./worker-environment.ts";

/** What a rig is set up with. */
export type RigOptions = {
  readonly regions?: readonly string[];
  /** How long the provider takes to answer, in milliseconds. @default 0 */
  readonly latencyMs?: number;
  /** How much the emulator keeps of every batch; counts take a tenth of the memory. @default "everything" */
  readonly keep?: "everything" | "counts";
  readonly isDurable: boolean;
  readonly signal: AbortSignal;
};

/** Everything that a row runs on, each part a process of its own, as in production; all of it fresh. */
export type Rig = {
  readonly redisUrl: string;
  readonly redisPid: number;
  readonly redis: Redis;
  readonly provider: Provider;
  readonly signal: AbortSignal;
  /** A region's queue. */
  readonly queue: (region: string) => Queue;
  /** A queue of somebody who knows nothing of Volley. */
  readonly plainQueue: (name: string) => Queue;
  /** The worker as it is deployed; nobody waits until it works. */
  readonly spawnWorker: (added?: Readonly<Record<string, string>>, nodeArguments?: readonly string[]) => BenchProcess;
  /** The same, once it waits for jobs. */
  readonly startWorker: (
    added?: Readonly<Record<string, string>>,
    nodeArguments?: readonly string[],
  ) => Promise<BenchProcess>;
  readonly startChild: (name: ChildName) => AskedProcess;
  /** A producer that is connected. */
  readonly startProducer: () => Promise<AskedProcess>;
  readonly close: () => Promise<void>;
};

/** The workers' and producers' own default. */
const PREFIX = "{volley}";

/** What anything may take to start. */
const START_MS = 30_000;

/** Sets up a rig; `close` ends all of its processes. */
export async function openRig(options: RigOptions): Promise<Rig> {
  const { regions = ["us"], latencyMs = 0, keep = "everything", isDurable, signal } = options;
  const { server, redisPid } = await startServer(isDurable);
  const patience: Patience = { longestMs: START_MS, everyMs: 20, signal };
  const provider = await startProvider(regions, { latencyMs, keep }, patience).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const environment = workerEnvironment(regions, { redisUrl: server.url, baseUrl: provider.url });
  const started: BenchProcess[] = [provider.process];
  const queues = openQueues(redis);
  const child = (name: ChildName): AskedProcess => {
    const asked = startChild(name, signal);
    started.push(asked);
    return asked;
  };
  const spawnWorker: Rig["spawnWorker"] = (added = {}, nodeArguments = []) => {
    const worker = startProgram("apps/worker/dist/main.js", { ...environment, ...added }, nodeArguments);
    started.push(worker);
    return worker;
  };
  return {
    ...queues,
    redisUrl: server.url,
    redisPid,
    redis,
    provider,
    signal,
    spawnWorker,
    startWorker: async (...given) => {
      const before = await redis.client("LIST");
      const worker = spawnWorker(...given);
      await until(`a worker: ${worker.output()}`, patience, async () => isPulling(redis, String(before)));
      return worker;
    },
    startChild: child,
    startProducer: async () => {
      const producer = child("producer");
      await producer.ask("connect", { redisUrl: server.url });
      return producer;
    },
    close: async () => {
      await Promise.all(started.map(async ({ stop }) => stop()));
      await queues.close();
      redis.disconnect();
      await server.stop();
    },
  };
}

async function startServer(isDurable: boolean): Promise<{ readonly server: LocalRedis; readonly redisPid: number }> {
  const server = await startRedis({ prefer: "server", persistence: isDurable });
  if (server.pid !== null) return { server, redisPid: server.pid };
  await server.stop();
  throw new Error("the bench needs a redis-server or valkey-server on the PATH, to see what it uses");
}

function openQueues(connection: Redis): Pick<Rig, "queue" | "plainQueue" | "close"> {
  const opened = new Map<string, Queue>();
  const open = (name: string, options: { readonly prefix?: string }): Queue => {
    const queue = opened.get(name) ?? new Queue(name, { connection, ...options });
    opened.set(name, queue);
    return queue;
  };
  return {
    queue: (region) => open(`volley-${region}`, { prefix: PREFIX }),
    plainQueue: (name) => open(name, {}),
    close: async () => {
      await Promise.all([...opened.values()].map(async (queue) => queue.close()));
    },
  };
}

/** A worker pulls once a connection that was not there before waits for a job. */
async function isPulling(redis: Redis, before: string): Promise<true | null> {
  const known = new Set([...before.matchAll(/^id=(\d+)/gm)].map(([, id]) => id));
  const lines = String(await redis.client("LIST")).split("\n");
  const isNew = (line: string): boolean => !known.has(/^id=(\d+)/.exec(line)?.[1]);
  return lines.some((line) => line.includes("cmd=bzpopmin") && isNew(line)) ? true : null;
}
