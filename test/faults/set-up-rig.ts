import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "@volley/emulator";
import { type LocalRedis, startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { eventually } from "../stage/eventually.ts";
import { environmentOf, plansOf } from "../stage/stage.ts";
import { type Load, startLoad } from "./load.ts";
import { startWatchedWorker, type WatchedWorker } from "./watched-worker.ts";

/** The one region of a rig. */
const REGION = "us";

/** The token that its provider takes. */
export const TOKEN = `${REGION}-token`;

/** Long enough that requests are always under way. */
const LATENCY_MS = 100;

/** Shorter than the defaults, so that a run of all faults takes minutes. Nothing else is changed. */
const WAITS = { VOLLEY_UNKNOWN_HOLD_MS: "3000", VOLLEY_PROBE_MS: "5000" };

const PREFIX = "{faults}";

/** A system of its own for one fault. */
export type Rig = {
  readonly local: LocalRedis;
  /** Not by the way that the workers take, where a fault is in that. */
  readonly redis: Redis;
  readonly emulator: Emulator;
  readonly load: Load;
  /** Of a worker, and where Redis and the prefix are for everybody. */
  readonly environment: Readonly<Record<string, string>>;
  /** For files that the workers read. */
  readonly folder: string;
  /** Those that run now, by their place. */
  readonly workers: readonly WatchedWorker[];
  /** All that there ever were. */
  readonly allWorkers: readonly WatchedWorker[];
  /** Starts a worker at a place and waits until it works, unless it is not to be waited for. */
  readonly startWorker: (place: number, added: Readonly<Record<string, string>>, isAwaited?: boolean) => Promise<void>;
  /** SIGTERM, while nothing is under way: what a process counts after it was scraped for the last time nobody knows. */
  readonly stopWorker: (place: number) => Promise<void>;
  /** Has something ended with the rig, before the workers' Redis and provider are. */
  readonly onClose: (close: () => Promise<unknown>) => void;
  readonly close: () => Promise<void>;
};

/** Starts Redis and the provider; workers are started by whoever knows their settings. */
export async function setUpRig(): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), "volley-faults-"));
  const local = await startRedis({ prefer: "server", persistence: true });
  const emulator = await startEmulator({ plans: plansOf([REGION]), latencyMs: LATENCY_MS });
  const redis = new Redis(local.url, { maxRetriesPerRequest: null });
  redis.on("error", () => {});
  const load = startLoad(redis, PREFIX, REGION);
  const environment = {
    REDIS_URL: local.url,
    ...WAITS,
    ...environmentOf([REGION], { prefix: PREFIX, baseUrl: emulator.url }),
  };
  const workers: WatchedWorker[] = [];
  const allWorkers: WatchedWorker[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  return {
    local,
    redis,
    emulator,
    load,
    environment,
    folder,
    workers,
    allWorkers,
    startWorker: async (place, added, isAwaited = true) => {
      const worker = startWatchedWorker({ ...environment, ...added });
      workers[place] = worker;
      allWorkers.push(worker);
      if (isAwaited) await worker.started();
    },
    stopWorker: async (place) => {
      await load.queue().pause();
      await eventually(async () => (await load.queue().getActiveCount()) === 0, "nothing under way");
      await workers[place]?.look();
      await workers[place]?.end("SIGTERM");
      await load.queue().resume();
    },
    onClose: (close) => void closing.push(close),
    close: async () => {
      for (const worker of allWorkers) worker.signal("SIGCONT");
      await Promise.all(allWorkers.map(async (worker) => worker.end("SIGKILL")));
      for (const close of closing) await close();
      await load.close();
      redis.disconnect();
      await emulator.close();
      await local.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
