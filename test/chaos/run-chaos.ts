import { setTimeout as sleep } from "node:timers/promises";
import { createCarefulService } from "./careful-service.ts";
import { STRIKE_KINDS, type ChaosPlan, type ChaosPlanOptions, type StrikeKind } from "./chaos-plan.ts";
import { createDiary, type Diary } from "./diary.ts";
import { explain } from "./explain.ts";
import { startForgetfulRedis } from "./forgetful-redis.ts";
import { judge, type Verdict } from "./judge.ts";
import { performStrike, type Targets } from "./perform-strike.ts";
import { planChaos } from "./plan-chaos.ts";
import { startProvider } from "./provider.ts";
import { waitForEnds } from "./wait-for-ends.ts";
import { startWorkerCrew } from "./worker-crew.ts";
import { workerEnvironment } from "./worker-environment.ts";

/** What came of one seed. */
export type ChaosReport = Verdict & {
  readonly seed: number;
  /** Strikes that hit something, by kind. */
  readonly strikes: Readonly<Partial<Record<StrikeKind, number>>>;
  readonly durationMs: number;
  readonly requests: number;
  /** Batches in all, and those that were accepted while the system was struck. */
  readonly batches: { readonly all: number; readonly whileStruck: number };
  /** Warnings and errors of all workers, by message. */
  readonly warnings: Readonly<Record<string, number>>;
  /** What it takes to find the cause of a violation; empty without one. */
  readonly evidence: readonly string[];
  readonly diary: readonly string[];
};

/** How a run is made. */
export type ChaosOptions = Omit<ChaosPlanOptions, "regions" | "workers"> & {
  /** Told what is done, as it is done. */
  readonly say: (line: string) => void;
  /** Ends the run; whatever it started is ended, too. */
  readonly signal: AbortSignal;
  /** How long sends may take to end after everything was healed, in milliseconds. @default 240000 */
  readonly longestEndMs?: number;
};

const REGIONS = ["us", "eu"] as const;

const WORKERS = 3;

/** Long enough that a worker is often killed between a request and its answer. */
const PROVIDER_LATENCY_MS = 120;

const LONGEST_END_MS = 240_000;

/** Strikes a system of its own as its seed says, heals it, and judges. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { say, signal } = options;
  const plan = planChaos({ ...options, regions: REGIONS, workers: WORKERS });
  const diary = createDiary(say);
  const pause = async (ms: number): Promise<void> => sleep(ms, undefined, { signal });
  const stopping: (() => Promise<void>)[] = [];
  const started = <T extends { close: () => Promise<void> }>(thing: T): T => {
    stopping.unshift(thing.close);
    return thing;
  };
  try {
    const redis = started(await startForgetfulRedis(pause));
    const prefix = `{chaos-${plan.seed}}`;
    const environment = workerEnvironment(REGIONS, { redisUrl: redis.url, prefix });
    const provider = started(await startProvider(environment, PROVIDER_LATENCY_MS));
    const crew = started(
      startWorkerCrew(
        WORKERS,
        workerEnvironment(REGIONS, { redisUrl: redis.url, prefix, baseUrl: provider.url }),
        pause,
      ),
    );
    const service = started(createCarefulService({ redisUrl: redis.url, prefix, regions: REGIONS, pause }));
    const targets: Targets = { crew, redis, provider, service, diary, pause };
    diary.note(`seed ${plan.seed}: ${plan.asks.length} sends, ${plan.strikes.length} strikes, on ${redis.how}`);
    const strikes = await carryOut(plan, targets);
    await provider.heal();
    const healedAt = Date.now();
    diary.note("healed, waiting for every send to end");
    const sends = await waitForEnds(service, options.longestEndMs ?? LONGEST_END_MS, pause);
    const batches = await provider.batches();
    const verdict = judge(sends, batches);
    diary.note(`judged: ${verdict.violations.length} violations`);
    const evidence = { service, provider, crew, diary, sends, batches };
    return {
      ...verdict,
      seed: plan.seed,
      strikes,
      durationMs: Date.now() - diary.startedAt,
      batches: { all: batches.length, whileStruck: batches.filter(({ accepted_at }) => accepted_at < healedAt).length },
      requests: (await provider.requests()).length,
      warnings: crew.warnings(),
      evidence: verdict.violations.length === 0 ? [] : await explain(verdict.violations, evidence),
      diary: linesOf(diary),
    };
  } finally {
    for (const stop of stopping) await stop().catch((error: unknown) => say(`while stopping: ${String(error)}`));
  }
}

/** Asks and strikes at their times, and waits until the last consequence is undone. */
async function carryOut(plan: ChaosPlan, targets: Targets): Promise<ChaosReport["strikes"]> {
  const { diary, pause, service } = targets;
  const at = async (atMs: number): Promise<void> => pause(Math.max(0, diary.startedAt + atMs - Date.now()));
  const struck = new Map<StrikeKind, number>();
  const asks = plan.asks.map(async (ask) => {
    await at(ask.atMs);
    await service.ask(ask);
  });
  const strikes = plan.strikes.map(async (strike) => {
    await at(strike.atMs);
    if (await performStrike(targets, strike)) struck.set(strike.kind, (struck.get(strike.kind) ?? 0) + 1);
    else diary.note(`${strike.kind}: every worker is struck already`);
  });
  await Promise.all([...asks, ...strikes]);
  return Object.fromEntries(STRIKE_KINDS.flatMap((kind) => (struck.has(kind) ? [[kind, struck.get(kind)]] : [])));
}

function linesOf(diary: Diary): string[] {
  return diary.entries.map(({ at, text }) => `${((at - diary.startedAt) / 1_000).toFixed(3)} ${text}`);
}
