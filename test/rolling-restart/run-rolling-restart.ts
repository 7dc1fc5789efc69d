import { setTimeout as pause } from "node:timers/promises";
import { startEmulator } from "@volley/emulator";
import { startRedis } from "@volley/local-redis";
import { Redis } from "ioredis";
import { judge, type Verdict } from "../chaos/judge.ts";
import { batchesOf } from "../stage/batches-of.ts";
import { eventually } from "../stage/eventually.ts";
import { environmentOf, plansOf } from "../stage/stage.ts";
import { startWorkerProcess, type WorkerProcess } from "../stage/worker-process.ts";
import { createCarefulProducer } from "../topologies/careful-producer.ts";
import { campaign } from "../topologies/orders.ts";

/** What is deployed, and in the middle of what. */
export type RollingTerms = {
  readonly workers: number;
  readonly recipients: number;
  /** For how long the campaign lasts at its pace, in seconds: the workers are replaced in the middle three fifths of it. */
  readonly seconds: number;
};

/** One worker that was replaced, in milliseconds from the first batch on. */
type Replacement = { readonly startedAt: number; readonly readyAt: number; readonly endedAt: number };

/** What came of it. */
export type RollingReport = Omit<Verdict, "violations"> & {
  /** Recipients that the provider accepted in each second from the first batch on. */
  readonly perSecond: readonly number[];
  readonly replacements: readonly Replacement[];
  /** The longest time between two accepted batches, in milliseconds. */
  readonly silentMs: number;
  /** Exit codes of the workers that were told to end. */
  readonly exitCodes: readonly (number | null)[];
  readonly problems: readonly string[];
};

const PREFIX = "{rolling}";

const REGION = "us";

const LATENCY_MS = 100;

const SECOND_MS = 1_000;

/** By which the campaign may be longer than its pace says. */
const SPARE_MS = 60_000;

/** As Kubernetes deploys: a new worker is started, and when it is ready an old one is told to end; one after the other. */
export async function runRollingRestart(terms: RollingTerms): Promise<RollingReport> {
  const redis = await startRedis({ prefer: "server", persistence: true });
  const emulator = await startEmulator({ plans: plansOf([REGION]), latencyMs: LATENCY_MS });
  const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
  const service = createCarefulProducer(connection, PREFIX, REGION);
  const all: WorkerProcess[] = [];
  const start = async (): Promise<WorkerProcess> => {
    const worker = await startWorkerProcess({
      REDIS_URL: redis.url,
      ...environmentOf([REGION], { prefix: PREFIX, baseUrl: emulator.url }),
      VOLLEY_US_RECIPIENTS_PER_SECOND: String(Math.ceil(terms.recipients / terms.seconds)),
    });
    all.push(worker);
    return worker;
  };
  try {
    const old: WorkerProcess[] = [];
    for (let count = 0; count < terms.workers; count += 1) old.push(await start());
    await service.ask(campaign(terms.recipients));
    const first = await eventually(() => emulator.batches()[0], "the first batch");
    const replaced = await replaceAll(old, start, { first: first.accepted_at, seconds: terms.seconds });
    const ends = await service.ends(new Set(), terms.seconds * SECOND_MS + SPARE_MS);
    const batches = batchesOf(emulator);
    const { violations, ...verdict } = judge(ends, batches);
    const times = batches.map(({ accepted_at }) => accepted_at).sort((one, other) => one - other);
    return {
      ...verdict,
      ...replaced,
      perSecond: perSecond(batches, first.accepted_at),
      silentMs: Math.max(0, ...times.slice(1).map((at, index) => at - (times[index] ?? at))),
      problems: violations.map(({ kind, text }) => `${kind}: ${text}`),
    };
  } finally {
    for (const each of all) each.signal("SIGKILL");
    await Promise.all(all.map(async (each) => each.ended()));
    await service.producer.close();
    connection.disconnect();
    await emulator.close();
    await redis.stop();
  }
}

/** One after the other, at equal distances in the middle three fifths. */
async function replaceAll(
  old: readonly WorkerProcess[],
  start: () => Promise<WorkerProcess>,
  { first, seconds }: { readonly first: number; readonly seconds: number },
): Promise<Pick<RollingReport, "replacements" | "exitCodes">> {
  const replacements: Replacement[] = [];
  const exitCodes: (number | null)[] = [];
  for (const [index, worker] of old.entries()) {
    const due = first + seconds * SECOND_MS * (0.2 + (0.6 * index) / old.length);
    await pause(Math.max(0, due - Date.now()));
    const startedAt = Date.now() - first;
    await start();
    const readyAt = Date.now() - first;
    exitCodes.push(await worker.stop());
    replacements.push({ startedAt, readyAt, endedAt: Date.now() - first });
  }
  return { replacements, exitCodes };
}

function perSecond(batches: ReturnType<typeof batchesOf>, first: number): number[] {
  const seconds: number[] = [];
  for (const { accepted_at, to } of batches) {
    const second = Math.floor((accepted_at - first) / SECOND_MS);
    seconds[second] = (seconds[second] ?? 0) + to.length;
  }
  return Array.from(seconds, (count) => count ?? 0);
}
