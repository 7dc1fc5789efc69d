import { setTimeout as pause } from "node:timers/promises";
import { eventually } from "../stage/eventually.ts";
import { spawnWorker, type WorkerProcess } from "../stage/worker-process.ts";

/** What a worker said of itself at one moment; `null` where it did not answer. */
type Sight = {
  readonly at: number;
  readonly livez: number | null;
  readonly readyz: number | null;
  /** Its `/metrics`, as far as they are Volley's. */
  readonly metrics: string | null;
};

/** A worker process whose probes and metrics are looked at all the time. */
export type WatchedWorker = Pick<WorkerProcess, "log" | "output" | "signal" | "url"> & {
  readonly sights: readonly Sight[];
  /** Looks now, and waits for what it sees. */
  readonly look: () => Promise<Sight>;
  readonly started: () => Promise<unknown>;
  /** Ends it, and looks at it no more. */
  readonly end: (name: "SIGKILL" | "SIGTERM") => Promise<void>;
};

const LOOK_EVERY_MS = 500;

/** As Kubernetes waits for a probe, about. */
const PROBE_TIMEOUT_MS = 2_000;

/** As Prometheus waits for an answer. */
const SCRAPE_TIMEOUT_MS = 10_000;

/** Starts one and does not wait until it works. */
export function startWatchedWorker(environment: Readonly<Record<string, string>>): WatchedWorker {
  const worker = spawnWorker(environment);
  const sights: Sight[] = [];
  const ending = new AbortController();
  const look = async (): Promise<Sight> => {
    const at = Date.now();
    const url = worker.url();
    const [livez, readyz, metrics] = await Promise.all([statusOf(url, "livez"), statusOf(url, "readyz"), read(url)]);
    const sight = { at, livez, readyz, metrics };
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
  return {
    log: worker.log,
    output: worker.output,
    signal: worker.signal,
    url: worker.url,
    sights,
    look,
    started: async () =>
      eventually(() => worker.log().some(({ msg }) => msg === "started"), `a started worker:\n${worker.output()}`),
    end: async (name) => {
      ending.abort();
      worker.signal(name);
      await worker.ended();
      await watching;
    },
  };
}

async function statusOf(url: string, probe: string): Promise<number | null> {
  const answer = await ask(`${url}/${probe}`, PROBE_TIMEOUT_MS);
  return answer?.status ?? null;
}

async function read(url: string): Promise<string | null> {
  const answer = await ask(`${url}/metrics`, SCRAPE_TIMEOUT_MS);
  if (answer === null) return null;
  return answer.body
    .split("\n")
    .filter((line) => line.startsWith("volley_") && !line.includes("_bucket"))
    .join("\n");
}

async function ask(url: string, longestMs: number): Promise<{ readonly status: number; readonly body: string } | null> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(longestMs) });
    return { status: answer.status, body: await answer.text() };
  } catch {
    return null;
  }
}
