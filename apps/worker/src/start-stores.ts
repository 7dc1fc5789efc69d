import {
  checkRedis,
  type Logger,
  type RedisClient,
  type RedisSetUp,
  type Store,
  type Verdict,
  watchRedisSetUp,
} from "@volley/runtime";
import {
  memoryForJobs,
  type Observer,
  type RegionHealth,
  type RegionOptions,
  startVolleyWorker,
  type VolleyWorker,
} from "@volley/worker";
import type { WorkerConfig } from "./config.ts";
import { waitForWrites } from "./redis/wait-for-writes.ts";
import { followBatch } from "./start-polling.ts";
import { judgeReadiness } from "./worker-health.ts";

/** A Redis, and the regions of this process that are in it. */
export type WorkedStore = { readonly client: RedisClient; readonly regions: readonly string[] };

type Parts = {
  readonly config: WorkerConfig;
  readonly options: readonly RegionOptions[];
  readonly observer: Observer;
  readonly log: Logger;
  readonly signal: AbortSignal;
};

/** The workers of all regions, one for each Redis. */
export type StoreWorkers = {
  /** Resolves when one of them works; rejects when none can. */
  readonly started: Promise<void>;
  /** Of every region that is worked on; `null` before there is one. */
  readonly health: () => readonly RegionHealth[] | null;
  readonly isReady: () => Promise<Verdict>;
  readonly close: () => Promise<void>;
};

/** Where this process works: in the Redis of no region what has none of its own. */
export function workedStores({ regions }: WorkerConfig, home: RedisClient, stores: readonly Store[]): WorkedStore[] {
  const names = regions.map(({ name }) => name);
  const apart = stores.map((store) => {
    return { client: store.client, regions: names.filter((name) => store.regions.includes(name)) };
  });
  const others = names.filter((name) => !stores.some((store) => store.regions.includes(name)));
  return [{ client: home, regions: others }, ...apart].filter((store) => store.regions.length > 0);
}

/** Starts one worker for each Redis. None waits for another: one whose Redis is away begins when that is there. */
export function startStores(worked: readonly WorkedStore[], parts: Parts): StoreWorkers {
  const running = worked.map((store) => startStore(store, worked.length, parts));
  const { log } = parts;
  const starts = running.map(async ({ regions, started }) =>
    started.catch((error: unknown) => {
      if (worked.length > 1 && !parts.signal.aborted) log.error({ regions, err: error }, "these regions cannot start");
      throw error;
    }),
  );
  return {
    started: Promise.any(starts).catch((error: unknown) => {
      throw error instanceof AggregateError ? error.errors[0] : error;
    }),
    health: () => {
      const all = running.flatMap(({ health }) => health() ?? []);
      return running.every(({ health }) => health() === null) ? null : all;
    },
    isReady: async () => together(running, await Promise.all(running.map(async ({ isReady }) => isReady()))),
    close: async () => void (await Promise.all(running.map(async ({ close }) => close()))),
  };
}

/** While one of them is well, the process is; which regions are not is told. */
function together(running: readonly WorkedStore[], verdicts: readonly Verdict[]): Verdict {
  const [first = { ok: false, reason: "not started" }] = verdicts;
  const away = running.flatMap(({ regions }, place) => (verdicts[place]?.ok === true ? [] : regions));
  if (away.length === 0 || verdicts.length === 1) return verdicts.length === 1 ? first : joined(verdicts);
  return verdicts.some(({ ok }) => ok) ? { ok: true, details: { ...joined(verdicts).details, away } } : first;
}

function joined(verdicts: readonly Verdict[]): Verdict {
  const suspended = verdicts.flatMap(({ details }) => (Reflect.get(Object(details), "suspended") as string[]) ?? []);
  return { ok: true, ...(suspended.length > 0 && { details: { suspended } }) };
}

type RunningStore = WorkedStore & Omit<StoreWorkers, "health"> & { readonly health: () => RegionHealth[] | null };

function startStore(
  { client: redis, regions }: WorkedStore,
  stores: number,
  { config, options, observer, log, signal }: Parts,
): RunningStore {
  const readyKey = `${config.prefix}:ready`;
  let [setUp, worker]: [RedisSetUp | null, VolleyWorker | null] = [null, null];
  const start = async (): Promise<void> => {
    setUp = await watchRedisSetUp(redis, { answer: config.eviction, log });
    await waitForWrites(redis, readyKey, { log, signal });
    worker = await startVolleyWorker({
      redis,
      log,
      prefix: config.prefix,
      settings: config.settings,
      ...(config.suppressionSecret !== undefined && { suppressionSecret: config.suppressionSecret }),
      ...(stores > 1 && { memoryBytes: Math.ceil(memoryForJobs() / stores) }),
      regions: options
        .filter(({ name }) => regions.includes(name))
        .map((each) => ({ ...each, onAccepted: async (batch) => followBatch(config, redis, batch) })),
      observer,
    });
  };
  return {
    client: redis,
    regions,
    started: start(),
    health: () => worker && [...worker.health()],
    isReady: async () => {
      const works = judgeReadiness(worker?.health() ?? null);
      const verdict = works.ok ? (setUp?.verdict() ?? works) : works;
      return verdict.ok ? { ...works, ...(await checkRedis(redis, { writesTo: readyKey })) } : verdict;
    },
    close: async () => {
      setUp?.close();
      await worker?.close();
    },
  };
}
