import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../stage/eventually.ts";
import { spawnWorker, type WorkerProcess } from "../stage/worker-process.ts";

/** What a worker said of itself at one moment; `null` where it did not answer. */
export type Sight = {
  readonly at: number;
  readonly livez: number | null;
  readonly readyz: number | null;
  /** Its `/metrics`, as far as they are Volley's. */
  readonly metrics: string | null;
};

/** A worker process whose probes and metrics are looked at all the time. */
export type WatchedWorker = Pick<WorkerProcess, "log" | "output" | "signal"> & {
  readonly sights: readonly Sight[];
  /** Looks now, and waits for what it sees. */
  readonly look: () => Promise<Sight>;
  readonly started: () => Promise<unknown>;
  /** Looks once more and stops it, as an operator does. */
  readonly stop: () => Promise<void>;
  /** SIGKILL. */
  readonly end: () => Promise<void>;
};

const LOOK_EVERY_MS = 500;

/** As Kubernetes waits for a probe, about. */
const PROBE_TIMEOUT_MS = 2_000;

/** Starts one and does not wait until it works. */
export function startWatchedWorker(environment: Readonly<Record<string, string>>): WatchedWorker {
  const worker = spawnWorker(environment);
  const sights: Sight[] = [];
  const ending = new AbortController();
  const look = async (): Promise<Sight> => {
    const url = worker.url();
    const [livez, readyz, metrics] = await Promise.all([statusOf(url, "livez"), statusOf(url, "readyz"), read(url)]);
    const sight = { at: Date.now(), livez, readyz, metrics };
    sights.push(sight);
    return sight;
  };
  const watch = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await look();
      await pause(LOOK_EVERY_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  };
  const watching = watch();
  const end = async (name: "SIGKILL" | "SIGTERM"): Promise<void> => {
    ending.abort();
    worker.signal(name);
    await worker.ended();
    await watching;
  };
  return {
    log: worker.log,
    output: worker.output,
    signal: worker.signal,
    sights,
    look,
    started: async () =>
      eventually(() => worker.log().some(({ msg }) => msg === "started"), `a started worker:\n${worker.output()}`),
    stop: async () => end("SIGTERM"),
    end: async () => end("SIGKILL"),
  };
}

async function statusOf(url: string, probe: string): Promise<number | null> {
  const answer = await ask(`${url}/${probe}`);
  return answer?.status ?? null;
}

async function read(url: string): Promise<string | null> {
  const answer = await ask(`${url}/metrics`);
  if (answer === null) return null;
  return answer.body
    .split("\n")
    .filter((line) => line.startsWith("volley_") && !line.includes("_bucket"))
    .join("\n");
}

async function ask(url: string): Promise<{ readonly status: number; readonly body: string } | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return null;
  }
}
