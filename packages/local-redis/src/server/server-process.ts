import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { RedisSettings } from "../redis/local-redis.ts";
import { redisAnswers } from "../redis/redis-answers.ts";
import { redisArguments } from "../redis/redis-arguments.ts";
import { startWatchdog } from "./watchdog.ts";

const LOG_FILE = "redis.log";
const START_DEADLINE_MS = 15_000;
/** Long enough for the last sync of an append-only file on a slow disk. */
const GRACE_MS = 10_000;

/** One run of a Redis program, from its start to its end. */
export type ServerProcess = {
  readonly pid: number;
  isRunning(): boolean;
  /** Sends the signal and waits for the end; SIGTERM becomes SIGKILL after ten seconds. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
};

/** Where and how one run takes place. */
export type ServerPlace = RedisSettings & {
  port: number;
  directory: string;
  /** Whether the directory goes when this process dies without having ended the server. */
  isDirectoryOurs: boolean;
};

/** Runs the program on 127.0.0.1 in the foreground and waits until it answers. @throws Error with the last line of its log */
export async function runServer(program: string, place: ServerPlace): Promise<ServerProcess> {
  const child = spawn(
    program,
    ["--port", String(place.port), "--bind", "127.0.0.1", "--daemonize", "no", "--logfile", LOG_FILE].concat(
      redisArguments(place),
    ),
    // A group of its own: Ctrl-C goes to the processes that use this Redis, which need it to finish their work.
    { cwd: place.directory, detached: true, stdio: "ignore" },
  );
  const ended = new AbortController();
  child.once("error", (error) => ended.abort(error));
  child.once("exit", () => ended.abort(new Error("it ended")));
  if (child.pid === undefined) {
    await once(child, "error").catch(() => {});
    throw new Error(`${program} cannot be run`);
  }
  const standDown = startWatchdog(child.pid, place.isDirectoryOurs ? place.directory : null);
  child.once("exit", standDown);
  try {
    await redisAnswers(
      { host: "127.0.0.1", port: place.port, pid: child.pid },
      AbortSignal.any([ended.signal, AbortSignal.timeout(START_DEADLINE_MS)]),
    );
  } catch {
    await endChild(child, "SIGKILL");
    throw new Error(await lastLine(join(place.directory, LOG_FILE)));
  }
  // A Redis that somebody forgot to stop must not keep its process alive; the watchdog cleans up after it.
  child.unref();
  return {
    pid: child.pid,
    isRunning: () => hasNotEnded(child),
    end: async (signal) => endChild(child, signal),
  };
}

async function endChild(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (!hasNotEnded(child)) {
    return;
  }
  child.ref();
  const exit = once(child, "exit");
  child.kill(signal);
  const lastResort = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await exit;
  clearTimeout(lastResort);
}

function hasNotEnded(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

async function lastLine(file: string): Promise<string> {
  const log = await readFile(file, "utf8").catch(() => "");
  return log.trim().split("\n").at(-1) || "it did not answer and wrote no log";
}
