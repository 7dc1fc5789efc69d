import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "./eventually.ts";

/** The worker as it runs in production: a process of its own that knows nothing but its environment. */
export type WorkerProcess = {
  readonly pid: number;
  /** Health and metrics. */
  readonly url: () => string;
  /** Everything it printed so far. */
  readonly output: () => string;
  /** The lines of its log. */
  readonly log: () => Record<string, unknown>[];
  readonly signal: (name: NodeJS.Signals) => void;
  /** Sends SIGTERM unless it has ended. @returns the exit code, `null` after a signal that it could not handle */
  readonly stop: () => Promise<number | null>;
  /** Waits for its end without asking for it. */
  readonly ended: () => Promise<number | null>;
};

const PROGRAM = fileURLToPath(new URL("../../apps/worker/dist/main.js", import.meta.url));

/** Starts a worker process and does not wait for anything. */
export function spawnWorker(environment: Readonly<Record<string, string>>): WorkerProcess {
  const child = spawn(process.execPath, [PROGRAM], {
    // Another folder than the repository's: a process must not depend on where it is started.
    cwd: "/",
    env: { PATH: process.env["PATH"], VOLLEY_HTTP_PORT: "0", VOLLEY_HTTP_HOST: "127.0.0.1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => chunks.push(text));
  const output = (): string => chunks.join("");
  const log = (): Record<string, unknown>[] => linesOf(output());
  return {
    pid: child.pid ?? 0,
    url: () => String(log().find(({ msg }) => msg === "the worker starts")?.["url"]),
    output,
    log,
    signal: (name) => void child.kill(name),
    stop: async () => {
      if (isRunning(child)) child.kill("SIGTERM");
      return endOf(child);
    },
    ended: async () => endOf(child),
  };
}

/** Starts a worker process and waits until it works. */
export async function startWorkerProcess(environment: Readonly<Record<string, string>>): Promise<WorkerProcess> {
  const worker = spawnWorker(environment);
  await eventually(() => worker.log().some(({ msg }) => msg === "started"), `a started worker:\n${worker.output()}`);
  return worker;
}

function linesOf(output: string): Record<string, unknown>[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function endOf(child: ChildProcess): Promise<number | null> {
  if (isRunning(child)) await once(child, "close");
  return child.exitCode;
}
