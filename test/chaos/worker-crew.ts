import { spawnWorker, type WorkerProcess } from "../stage/worker-process.ts";

/** Several worker processes, each with its place: one that died is followed by another in the same place. */
export type WorkerCrew = {
  /** How many places there are. */
  readonly size: number;
  /** SIGKILL, and a new one after a while. @returns whether there was one to strike */
  readonly kill: (place: number, downMs: number) => Promise<boolean>;
  /** SIGTERM, and a new one a while after it ended. */
  readonly term: (place: number, downMs: number) => Promise<boolean>;
  /** SIGSTOP, and SIGCONT after a while. */
  readonly stop: (place: number, downMs: number) => Promise<boolean>;
  /** The log lines of all processes that there were, those of one job. */
  readonly linesAbout: (jobId: string) => string[];
  /** Warnings and errors of all processes, by message and count. */
  readonly warnings: () => Record<string, number>;
  readonly close: () => Promise<void>;
};

/** A worker that does not end after SIGTERM is killed; longer than its own deadline. */
const LONGEST_STOP_MS = 30_000;

type Place = { worker: WorkerProcess; isStruck: boolean };

/** Starts the crew and does not wait until it works. */
export function startWorkerCrew(
  size: number,
  environment: Readonly<Record<string, string>>,
  pause: (ms: number) => Promise<void>,
): WorkerCrew {
  const all: WorkerProcess[] = [];
  let isClosed = false;
  const start = (): WorkerProcess => {
    const worker = spawnWorker(environment);
    all.push(worker);
    return worker;
  };
  const places: Place[] = Array.from({ length: size }, () => ({ worker: start(), isStruck: false }));

  const strike = async (wanted: number, how: (worker: WorkerProcess) => Promise<boolean>): Promise<boolean> => {
    const candidates = places.map((_, index) => places[(wanted + index) % size]);
    const place = candidates.find((candidate) => candidate?.isStruck === false);
    if (place === undefined) return false;
    place.isStruck = true;
    const isGone = await how(place.worker);
    if (isGone && !isClosed) place.worker = start();
    place.isStruck = false;
    return true;
  };

  return {
    size,
    kill: async (wanted, downMs) =>
      strike(wanted, async (worker) => {
        worker.signal("SIGKILL");
        await worker.ended();
        await pause(downMs);
        return true;
      }),
    term: async (wanted, downMs) =>
      strike(wanted, async (worker) => {
        const lastResort = setTimeout(() => worker.signal("SIGKILL"), LONGEST_STOP_MS);
        await worker.stop();
        clearTimeout(lastResort);
        await pause(downMs);
        return true;
      }),
    stop: async (wanted, downMs) =>
      strike(wanted, async (worker) => {
        worker.signal("SIGSTOP");
        await pause(downMs);
        worker.signal("SIGCONT");
        return false;
      }),
    linesAbout: (jobId) => all.flatMap((worker) => linesOf(worker).filter((line) => line.includes(`"${jobId}"`))),
    warnings: () => countWarnings(all),
    close: async () => {
      isClosed = true;
      for (const worker of all) worker.signal("SIGKILL");
      await Promise.all(all.map(async (worker) => worker.ended()));
    },
  };
}

function linesOf(worker: WorkerProcess): string[] {
  return worker
    .output()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => `[${worker.pid}] ${line}`);
}

function countWarnings(workers: readonly WorkerProcess[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const worker of workers) {
    for (const { level, msg, err } of worker.log()) {
      if (level !== "warn" && level !== "error" && level !== "fatal") continue;
      const cause = typeof err === "object" && err !== null && "message" in err ? `: ${String(err.message)}` : "";
      const text = `${String(msg)}${cause}`
        .replaceAll(/(?:us|eu)-[0-9a-z.]{20,}|ask-[\d.p]+|:\d{5}/g, "*")
        .slice(0, 160);
      counts[text] = (counts[text] ?? 0) + 1;
    }
  }
  return counts;
}
