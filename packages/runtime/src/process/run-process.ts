import type { Logger } from "pino";

import { listenForInterrupts } from "./interrupts.ts";
import type { Interrupts, ProcessEvents } from "./interrupts.ts";
import { SettingsError } from "../settings/settings-error.ts";
import type { Started } from "../terms/started.ts";
import { stopWithin } from "./stop-within.ts";

/**
 * With what a process ends.
 *
 * - `stopped` 0: it was asked to stop, and everything stopped in time.
 * - `startFailed` 1: it never ran. The settings are wrong, or what it needs is not there.
 * - `unclean` 70 (`EX_SOFTWARE` of sysexits.h): it ran, and something may have been cut off: the deadline passed, a
 *   second signal came, the stop failed, or an error nobody caught ended it.
 */
export const EXIT_CODES = { stopped: 0, startFailed: 1, unclean: 70 } as const;

/** A process to run. */
export type ProcessToRun = {
  /** For the log, for example `volley-worker`. */
  name: string;
  log: Pick<Logger, "info" | "warn" | "error" | "fatal">;
  /** Builds everything. The signal aborts when the process is asked to stop before it has started. */
  start: (signal: AbortSignal) => Promise<Started>;
  /** How long a graceful stop may take, in milliseconds. */
  shutdownMs: number;
  /** Where signals and uncaught errors come from. @default process */
  events?: ProcessEvents | undefined;
};

/** After an error that nobody caught the state of the process is unknown: it gets less time to tidy up. */
const FATAL_STOP_MS = 5_000;

/**
 * Runs a process from its start to its end: starts it, waits for SIGTERM or SIGINT, stops it gracefully within
 * `shutdownMs`. A second signal, or the deadline, ends it at once. An uncaught exception or an unhandled rejection is
 * logged as fatal and ends it too, after a short stop.
 *
 * It does not end the process itself. `main.ts` does, and abandons what still runs after an unclean end:
 *
 * ```ts
 * process.exitCode = await runProcess({ ... });
 * if (process.exitCode !== EXIT_CODES.stopped) process.exit();
 * ```
 *
 * @returns one of {@link EXIT_CODES}; never rejects
 */
export async function runProcess({ name, log, start, shutdownMs, events = process }: ProcessToRun): Promise<number> {
  const interrupts = listenForInterrupts(events, log);
  try {
    const starting = new AbortController();
    const started = start(starting.signal);
    const failure = await Promise.race([waitUntilStarted(started), interrupts.first]);
    if (failure.kind === "failed") return reportFailedStart(log, failure.error);
    if (failure.kind === "started") {
      log.info({ process: name }, "started");
      await interrupts.first;
    } else {
      starting.abort();
    }
    return await stop({ log, started, interrupts, shutdownMs });
  } finally {
    interrupts.ignore();
  }
}

type StartOutcome = { kind: "started" } | { kind: "failed"; error: unknown };

async function waitUntilStarted(started: Promise<Started>): Promise<StartOutcome> {
  try {
    await started;
    return { kind: "started" };
  } catch (error) {
    return { kind: "failed", error };
  }
}

function reportFailedStart(log: ProcessToRun["log"], error: unknown): number {
  // A person's mistake: the list of what to change, without a stack that would bury it.
  if (error instanceof SettingsError) log.fatal({ problems: error.problems }, "cannot start with these settings");
  else log.fatal({ err: error }, "cannot start");
  return EXIT_CODES.startFailed;
}

type Stopping = Pick<ProcessToRun, "log" | "shutdownMs"> & { started: Promise<Started>; interrupts: Interrupts };

async function stop({ log, started, interrupts, shutdownMs }: Stopping): Promise<number> {
  const interrupt = await interrupts.first;
  const timeoutMs = interrupt.kind === "fatal" ? Math.min(shutdownMs, FATAL_STOP_MS) : shutdownMs;
  log.info({ because: interrupt.because, timeoutMs }, "stopping");
  const outcome = await stopWithin(started, { timeoutMs, insisted: interrupts.insisted });
  switch (outcome.kind) {
    case "stopped":
      log.info({ because: interrupt.because }, "stopped");
      return interrupts.sawFatal() ? EXIT_CODES.unclean : EXIT_CODES.stopped;
    case "failed":
      log.error({ err: outcome.error }, "could not stop in an orderly way");
      return EXIT_CODES.unclean;
    case "late":
      log.error({ timeoutMs }, "did not stop in time; ending at once");
      return EXIT_CODES.unclean;
    case "insisted":
      log.warn({}, "asked a second time; ending at once");
      return EXIT_CODES.unclean;
    default:
      return outcome satisfies never;
  }
}
