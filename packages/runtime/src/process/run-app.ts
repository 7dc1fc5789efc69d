import { format } from "node:util";
import type { DestinationStream, Logger } from "pino";

import { createLogger } from "../log/create-logger.ts";
import type { LogLevel } from "../log/create-logger.ts";
import type { ProcessEvents } from "./interrupts.ts";
import { runProcess } from "./run-process.ts";
import { startTracing } from "./start-tracing.ts";
import type { Started } from "../terms/started.ts";

/** What every app's settings contain. */
export type AppConfig = {
  /** `VOLLEY_LOG_LEVEL` */
  logLevel: LogLevel;
  /** `VOLLEY_SHUTDOWN_MS`, in milliseconds. */
  shutdownMs: number;
  /** A sentence for each variable that is set and that nobody reads; they are logged once. */
  unread?: readonly string[];
  /** `OTEL_EXPORTER_OTLP_ENDPOINT`, or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`: whether spans are sent there. @default false */
  isTraced?: boolean;
};

/** An app: how to read its settings, and how to start with them. */
export type App<Config extends AppConfig> = {
  /** For the log, for example `volley-board`. */
  name: string;
  /** Reads the environment; throws `SettingsError` with everything that is wrong. */
  readConfig: () => Config;
  start: (config: Config, log: Logger, signal: AbortSignal) => Promise<Started>;
  /** @default process */
  events?: ProcessEvents | undefined;
  /** Where the log goes. @default standard output */
  destination?: DestinationStream | undefined;
};

/**
 * Runs an app: reads its settings, makes its logger, and hands over to `runProcess`. Settings that cannot be used are
 * one line in the log and exit code 1.
 *
 * ```ts
 * process.exitCode = await runApp({ name: "volley-board", readConfig: () => readBoardConfig(process.env), start: startBoard });
 * if (process.exitCode !== EXIT_CODES.stopped) process.exit();
 * ```
 *
 * @returns one of `EXIT_CODES`
 */
export async function runApp<Config extends AppConfig>(app: App<Config>): Promise<number> {
  const { name, readConfig, events, destination } = app;
  const settings = attempt(readConfig);
  const {
    logLevel,
    shutdownMs,
    unread = [],
  }: AppConfig = settings.kind === "read" ? settings.config : { logLevel: "info", shutdownMs: 0 };
  const log = createLogger({ name, level: logLevel, destination });
  // A process of its own: nobody else writes to its output.
  if (events === undefined) logConsole(log);
  for (const sentence of unread) log.warn({}, sentence);
  return await runProcess({
    name,
    log,
    shutdownMs,
    events,
    start: async (signal) => {
      if (settings.kind === "refused") throw settings.error;
      return await startTraced(app, settings.config, log, signal);
    },
  });
}

/** Spans are sent from before the start until after the stop. */
async function startTraced<Config extends AppConfig>(
  { name, start }: App<Config>,
  config: Config,
  log: Logger,
  signal: AbortSignal,
): Promise<Started> {
  const tracing = config.isTraced ? await startTracing(name) : null;
  const started = await start(config, log, signal);
  if (tracing === null) return started;
  return {
    stop: async (stopSignal) => {
      await started.stop(stopSignal);
      await tracing.stop();
    },
  };
}

/** What a library prints by itself becomes a line of the log like any other. */
function logConsole(log: Logger): void {
  const print = (...said: unknown[]): void => log.warn({ said: format(...said) }, "a library says");
  Object.assign(globalThis.console, { debug: print, log: print, info: print, warn: print, error: print });
}

type Settings<Config> = { kind: "read"; config: Config } | { kind: "refused"; error: unknown };

function attempt<Config>(readConfig: () => Config): Settings<Config> {
  try {
    return { kind: "read", config: readConfig() };
  } catch (error) {
    return { kind: "refused", error };
  }
}
