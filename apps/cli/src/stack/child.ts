import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { CliError } from "../exit/cli-error.ts";

/** A process of the stack. */
export type Child = {
  readonly name: string;
  readonly url: string;
  /** Its end, in words: `exit code 1`, `SIGKILL`. */
  readonly ended: Promise<string>;
  /** SIGTERM, then SIGKILL when it has not ended in time. */
  readonly stop: () => Promise<void>;
};

/** How to start one. */
export type ChildOptions = {
  readonly name: string;
  /** The program, a file for Node. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Taken when it is free, and any other one when it is not; 0 for any. */
  readonly port: number;
  /** Path that answers 200 when it is ready. */
  readonly readyPath: string;
  /** Holds one run: that of an earlier one would bury what is looked for. */
  readonly logFile: string;
  /** Aborts when it is not wanted any more. */
  readonly signal: AbortSignal;
};

/** How long a process may take to be ready, in milliseconds. */
const READY_MS = 20_000;

/** How long a process may take to stop, in milliseconds: more than its own deadline. */
const STOP_MS = 15_000;

/**
 * Runs in the child before its program. It says on which port that listens, or that the wanted one is taken: nobody else can
 * know, since another process may take a port between a look at it and its use, and would then answer in the child's place.
 *
 * The channel to the process that started it closes when that is gone, even by SIGKILL or with its terminal; without this the
 * child would go on for ever.
 */
const BEFORE_PROGRAM = `data:text/javascript,${encodeURIComponent(`
  import { subscribe } from "node:diagnostics_channel";
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
  const say = (port) => process.send?.({ port }, () => {});
  subscribe("tracing:net.server.listen:asyncEnd", ({ server }) => say(server.address()?.port));
  subscribe("tracing:net.server.listen:error", ({ error }) => error?.code === "EADDRINUSE" && say(null));
`)}`;

/**
 * Starts a process and waits until it answers.
 *
 * @throws CliError when it ends or does not get ready; the sentence names its log file
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, port, readyPath, logFile, signal } = options;
  const child = await spawnChild(options);
  const ended = endOf(child);
  const stop = async (): Promise<void> => stopChild(child, ended);
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(READY_MS)]);
    const listensOn = await portOf(child, within);
    if (listensOn === null && port !== 0) {
      await stop();
      return await startChild({ ...options, port: 0 });
    }
    const url = `http://127.0.0.1:${listensOn}`;
    await waitUntilReady(child, `${url}${readyPath}`, within);
    return { name, url, ended, stop };
  } catch (error) {
    await stop();
    if (error instanceof CliError) throw error;
    throw new CliError(`${name} did not start (${await ended}), its log is ${logFile}`, { cause: error });
  }
}

/** @returns `null` when the port that it wants is taken */
async function portOf(child: ChildProcess, signal: AbortSignal): Promise<number | null> {
  const over = new AbortController();
  const end = (): void => over.abort(new Error("it has ended"));
  // After the last message, where "exit" may come before it.
  child.once("disconnect", end);
  try {
    const [message]: unknown[] = await once(child, "message", { signal: AbortSignal.any([signal, over.signal]) });
    const port: unknown = Reflect.get(Object(message), "port");
    return typeof port === "number" ? port : null;
  } finally {
    child.off("disconnect", end);
  }
}

async function spawnChild({ program, environment, port, logFile }: ChildOptions): Promise<ChildProcess> {
  const log = await open(logFile, "a");
  try {
    await log.truncate();
    return spawn(process.execPath, ["--import", BEFORE_PROGRAM, program], {
      env: { ...environment, VOLLEY_HTTP_PORT: String(port), VOLLEY_HTTP_HOST: "127.0.0.1" },
      stdio: ["ignore", log.fd, log.fd, "ipc"],
      // A group of its own: Ctrl+C at the terminal is for the process that started it, which stops one after the other.
      // Two signals, one from the terminal and one from there, would mean "at once" to a worker with requests in flight.
      detached: true,
    });
  } finally {
    await log.close();
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    await once(child, "exit");
  } catch (error) {
    return String(error);
  }
  return child.signalCode ?? `exit code ${child.exitCode}`;
}

async function waitUntilReady(child: ChildProcess, url: string, signal: AbortSignal): Promise<void> {
  while (isRunning(child)) {
    signal.throwIfAborted();
    const answer = await fetch(url, { signal }).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await pause(50, undefined, { signal });
  }
  throw new Error("it has ended");
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (isRunning(child)) child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(timer);
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}
