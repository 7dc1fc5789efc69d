import { setTimeout as pause } from "node:timers/promises";
import { judge, type Verdict } from "../chaos/judge.ts";
import type { ProviderBatch } from "../chaos/provider.ts";
import { waitForEnds } from "../chaos/wait-for-ends.ts";
import { batchesOf } from "../stage/batches-of.ts";
import { eventually } from "../stage/eventually.ts";
import { type LineCount, mostLinesAMinute } from "./count-lines.ts";
import type { Fault } from "./fault.ts";
import { type Move, moveOf, readSeries } from "./read-series.ts";
import { type Rig, setUpRig } from "./set-up-rig.ts";
import type { WatchedWorker } from "./watched-worker.ts";

/** What came of one fault. */
export type FaultReport = Verdict & {
  readonly name: string;
  readonly title: string;
  /** From the mending to the first batch that the provider accepted after it, in milliseconds; `null`: none came. */
  readonly firstTextAfterMs: number | null;
  /** Of the worker that logged most. */
  readonly lines: LineCount;
  /** What the probes of the first worker answered while the fault lasted, each answer once, in order. */
  readonly livez: readonly (number | null)[];
  readonly readyz: readonly (number | null)[];
  /** What the probes of the first worker answered in the end, before it was mended. */
  readonly last: { readonly livez: number | null; readonly readyz: number | null };
  readonly move: Move;
  /** `volley_recipients_accepted_total` over all workers. */
  readonly counted: number;
  /** How often the provider was asked what it has. */
  readonly questions: number;
  /** People in the batches that the provider has accepted. */
  readonly atProvider: number;
  readonly durationMs: number;
  /** The workers' logs. */
  readonly logs: readonly string[];
};

/** How much is asked for. */
export type FaultLoad = { readonly singles: number; readonly large: number };

const LASTS_MS = 20_000;

const LONGEST_END_MS = 120_000;

/** In flight before the fault. */
const BATCHES_BEFORE = 10;

const ACCEPTED = { name: "volley_recipients_accepted_total" };

/** Breaks something of a system of its own while texts go out, mends it, waits for the end and judges. */
export async function runFault(
  fault: Fault,
  load: FaultLoad,
  lastsMs = fault.lastsMs ?? LASTS_MS,
): Promise<FaultReport> {
  const startedAt = Date.now();
  const rig = await setUpRig();
  try {
    const added = (await fault.prepare?.(rig)) ?? {};
    await Promise.all([rig.startWorker(0, added), rig.startWorker(1, added)]);
    await rig.load.ask(load.singles, fault.large ?? load.large);
    await eventually(() => rig.emulator.stats().batches >= BATCHES_BEFORE, "the first batches");

    const first = rig.workers[0];
    await Promise.all(rig.workers.map(async (worker) => worker.look()));
    const from = Date.now();
    await fault.begin(rig);
    // It lasts from when it is there: a worker may take long to start on a busy machine.
    const asking = rig.load.ask(load.singles);
    await pause(lastsMs);
    const struck = rig.workers[0] ?? first;
    await Promise.all(rig.workers.map(async (worker) => worker.look()));
    const to = Date.now();
    await fault.mend(rig);
    const mendedAt = Date.now();
    await asking;
    await rig.load.ask(load.singles / 10);
    const sends = await waitForEnds(rig.load, LONGEST_END_MS, pause);
    const batches = batchesOf(rig.emulator);
    const lasting = { from, to };
    return {
      ...judge(sends, batches),
      name: fault.name,
      title: fault.title,
      firstTextAfterMs: firstAfter(batches, mendedAt),
      lines: mostOf(rig.allWorkers, lasting),
      ...probesOf(first === struck ? [first] : [first, struck], lasting),
      move: moveOf(rig.allWorkers, fault.tells, lasting),
      counted: await countAccepted(rig),
      questions: rig.emulator.requests().filter(({ method }) => method === "GET").length,
      atProvider: batches.reduce((sum, { to: people }) => sum + people.length, 0),
      durationMs: Date.now() - startedAt,
      logs: rig.allWorkers.map((worker) => worker.output()),
    };
  } finally {
    await rig.close();
  }
}

function firstAfter(batches: readonly ProviderBatch[], mendedAt: number): number | null {
  const after = batches.map(({ accepted_at }) => accepted_at - mendedAt).filter((ms) => ms >= 0);
  return after.length === 0 ? null : Math.min(...after);
}

function mostOf(workers: readonly WatchedWorker[], lasting: { from: number; to: number }): LineCount {
  const counts = workers.map((worker) => mostLinesAMinute(worker.output(), lasting));
  return {
    all: Math.max(...counts.map(({ all }) => all)),
    warnings: Math.max(...counts.map(({ warnings }) => warnings)),
  };
}

function probesOf(
  workers: readonly (WatchedWorker | undefined)[],
  { from, to }: { readonly from: number; readonly to: number },
): Pick<FaultReport, "livez" | "readyz" | "last"> {
  const sights = workers.flatMap((worker) => worker?.sights ?? []).filter(({ at }) => at > from && at <= to);
  const answers = (probe: "livez" | "readyz"): (number | null)[] => [...new Set(sights.map((sight) => sight[probe]))];
  const { livez = null, readyz = null } = sights.at(-1) ?? {};
  return { livez: answers("livez"), readyz: answers("readyz"), last: { livez, readyz } };
}

/** Each worker's own count as it was seen last: a worker that is gone has not counted since. */
async function countAccepted({ allWorkers, workers }: Rig): Promise<number> {
  await Promise.all(workers.map(async (worker) => worker.look()));
  const counts = allWorkers.map(({ sights }) => {
    const metrics = sights.findLast((sight) => sight.metrics !== null)?.metrics;
    return readSeries(metrics ?? "", ACCEPTED) ?? 0;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
