import { setTimeout as sleep } from "node:timers/promises";
import { LIMITS } from "@volley/contract";
import { createCarefulService } from "./careful-service.ts";
import { STRIKE_KINDS, type ChaosPlan, type ChaosPlanOptions, type Strike, type StrikeKind } from "./chaos-plan.ts";
import { createDiary, type Diary } from "./diary.ts";
import { eachDone } from "./each-done.ts";
import { explain } from "./explain.ts";
import { startForgetfulRedis } from "./forgetful-redis.ts";
import { judge, type Verdict } from "./judge.ts";
import { startOperator } from "./operator.ts";
import { judgeOptOuts, mayBeLeftOut, numberOf, type OptOuts } from "./opt-outs.ts";
import { performStrike, type Targets } from "./perform-strike.ts";
import { planChaos } from "./plan-chaos.ts";
import { startProvider } from "./provider.ts";
import { FROM } from "./send-of-ask.ts";
import { waitForAnswers } from "./wait-for-answers.ts";
import { waitForEnds } from "./wait-for-ends.ts";
import { startWorkerCrew } from "./worker-crew.ts";
import { startStruckWebhooks } from "./struck-webhooks.ts";
import { waitForTallies } from "./wait-for-tallies.ts";
import { secretOf, webhooksEnvironment, workerEnvironment } from "./worker-environment.ts";

/** What came of one seed. */
export type ChaosReport = Verdict & {
  readonly seed: number;
  /** Messages whose end is counted as the provider knows it. */
  readonly reported: number;
  readonly optOuts: Omit<OptOuts, "violations">;
  /** Strikes that hit something, by kind. */
  readonly strikes: Readonly<Partial<Record<StrikeKind, number>>>;
  /** Sends by how they were asked for, and how many of all were urgent. */
  readonly mix: Readonly<Record<string, number>>;
  readonly durationMs: number;
  readonly requests: number;
  /** Batches in all, those that were accepted while the system was struck, and those that were cut for the pace. */
  readonly batches: { readonly all: number; readonly whileStruck: number; readonly lots: number };
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

/** What Redis has forgotten of the reports is read from the provider's list, a thousand in a second. */
const LONGEST_REPORTS_MS = 120_000;

/** An outage of a minute begins last, and what was asked for meanwhile is tried for as long again. */
const LONGEST_UNDOING_MS = 150_000;

const LONGEST_STOP_MS = 15_000;

/** How the reference of a lot ends that is not the first of its part. */
const CUT_FOR_PACE = /\.\d+$/;

/** Strikes a system of its own as its seed says, heals it, and judges. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { say, signal } = options;
  const plan = planChaos({ ...options, regions: REGIONS, workers: WORKERS });
  const diary = createDiary(say);
  const pause = async (ms: number): Promise<void> => sleep(ms, undefined, { signal });
  const stopping: (() => Promise<void>)[] = [];
  const started = <T extends { close: () => Promise<void> }>(thing: T, name: string): T => {
    stopping.unshift(async () => stopped(thing, name));
    return thing;
  };
  try {
    const redis = started(await startForgetfulRedis(pause), "Redis");
    const prefix = `{chaos-${plan.seed}}`;
    const environment = workerEnvironment(REGIONS, { redisUrl: redis.url, prefix });
    const provider = started(await startProvider(environment, PROVIDER_LATENCY_MS), "the provider");
    const crew = started(
      startWorkerCrew(
        WORKERS,
        workerEnvironment(REGIONS, { redisUrl: redis.url, prefix, baseUrl: provider.url }),
        pause,
      ),
      "the workers",
    );
    const asking = { redisUrl: redis.url, prefix, regions: REGIONS, pause };
    const webhooks = started(
      await startStruckWebhooks(webhooksEnvironment(REGIONS, { redisUrl: redis.url, prefix }), pause),
      "the webhooks",
    );
    for (const region of REGIONS)
      await provider.callBack(region, `${webhooks.url}/v1/callbacks/${region}`, secretOf(region));
    const service = started(createCarefulService(asking), "the service");
    const targets: Targets = { crew, redis, provider, service, webhooks, diary, pause };
    diary.note(`seed ${plan.seed}: ${plan.asks.length} sends, ${plan.strikes.length} strikes, on ${redis.how}`);
    started(startOperator({ service, crew, regions: REGIONS, diary, pause }), "the operator");
    const strikes = await carryOut(plan, targets);
    await provider.heal();
    // Redis may have forgotten that a region goes on.
    for (const region of REGIONS) await service.operate(region, async (control) => control.resume());
    const healedAt = Date.now();
    diary.note("healed, waiting for every send to end");
    const sends = await waitForEnds(service, options.longestEndMs ?? LONGEST_END_MS, pause);
    diary.note("waiting for every end of a message to be counted");
    const batches = await provider.batches();
    const sources = { provider, statusOf: service.statusOf, pause };
    const tallies = await waitForTallies(sends, sources, LONGEST_REPORTS_MS);
    diary.note("waiting for every answer to be acknowledged, and to stand on the list");
    const answering = await waitForAnswers(plan, targets, LONGEST_REPORTS_MS);
    const optOuts = judgeOptOuts(answering.people, batches);
    const exceptions = { mayBeTwice: service.mayBeTwice(), mayBeLeftOut: mayBeLeftOut(answering.people) };
    const judged = judge(sends, batches, exceptions);
    const all = [judged, tallies, optOuts, answering].flatMap(({ violations }) => violations);
    const verdict = { ...judged, violations: all };
    diary.note(`judged: ${verdict.violations.length} violations`);
    const evidence = { service, provider, crew, diary, sends, batches };
    return {
      ...verdict,
      seed: plan.seed,
      reported: tallies.reported,
      optOuts,
      strikes,
      mix: mixOf(plan),
      durationMs: Date.now() - diary.startedAt,
      batches: {
        all: batches.length,
        whileStruck: batches.filter(({ accepted_at }) => accepted_at < healedAt).length,
        lots: batches.filter(({ client_reference }) => CUT_FOR_PACE.test(client_reference ?? "")).length,
      },
      requests: (await provider.requests()).length,
      warnings: crew.warnings(),
      evidence: verdict.violations.length === 0 ? [] : await explain(verdict.violations, evidence),
      diary: linesOf(diary),
    };
  } catch (error) {
    // Said before anything is stopped: what does not stop must not hide it.
    diary.note(`the run itself failed: ${String(error)}`);
    throw error;
  } finally {
    for (const stop of stopping) await stop().catch((error: unknown) => say(`while stopping: ${String(error)}`));
  }
}

/** @throws when it does not stop in time */
async function stopped({ close }: { readonly close: () => Promise<void> }, name: string): Promise<void> {
  const timeOver = new AbortController();
  const late = sleep(LONGEST_STOP_MS, null, { signal: timeOver.signal }).then(
    () => {
      throw new Error(`${name} did not stop within ${LONGEST_STOP_MS} ms`);
    },
    () => {},
  );
  await Promise.race([close(), late]).finally(() => timeOver.abort());
}

/** Asks and strikes at their times, and waits until the last consequence is undone. */
async function carryOut(plan: ChaosPlan, targets: Targets): Promise<ChaosReport["strikes"]> {
  const { diary, pause, service, provider } = targets;
  const at = async (atMs: number): Promise<void> => pause(Math.max(0, diary.startedAt + atMs - Date.now()));
  const struck = new Map<StrikeKind, number>();
  const asks = plan.asks.map((ask) => ({ name: ask.key, done: at(ask.atMs).then(async () => service.ask(ask)) }));
  const strike = async (planned: Strike): Promise<void> => {
    await at(planned.atMs);
    const { kind } = planned;
    if (await performStrike(targets, planned)) struck.set(kind, (struck.get(kind) ?? 0) + 1);
    else diary.note(`${kind}: every worker is struck already`);
  };
  const strikes = plan.strikes.map((planned) => ({
    name: `${planned.kind} at ${planned.atMs}`,
    done: strike(planned),
  }));
  const answers = plan.answers.map(({ atMs, region, person, text }) => ({
    name: `the answer of ${person}`,
    done: at(atMs).then(async () => provider.receive({ region, from: numberOf(person), to: FROM, body: text })),
  }));
  const lastAtMs = Math.max(...[...plan.asks, ...plan.strikes].map(({ atMs }) => atMs));
  await eachDone([...asks, ...strikes, ...answers], lastAtMs + LONGEST_UNDOING_MS);
  return Object.fromEntries(STRIKE_KINDS.flatMap((kind) => (struck.has(kind) ? [[kind, struck.get(kind)]] : [])));
}

function mixOf({ asks }: ChaosPlan): ChaosReport["mix"] {
  const mix: Record<string, number> = {};
  const count = (kind: string): void => void (mix[kind] = (mix[kind] ?? 0) + 1);
  for (const { via, isUrgent, recipients } of asks) {
    count(via);
    if (isUrgent) count("urgent");
    if (via === "stream" || (via === "producer" && recipients > LIMITS.unstagedRecipients)) count("staged");
  }
  return mix;
}

function linesOf(diary: Diary): string[] {
  return diary.entries.map(({ at, text }) => `${((at - diary.startedAt) / 1_000).toFixed(3)} ${text}`);
}
