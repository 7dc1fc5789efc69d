import { pino, stdTimeFunctions } from "pino";
import type { DestinationStream, Logger, LoggerOptions } from "pino";

import { hideSecrets, hideSecretsIn } from "./hide-secrets.ts";

/** From everything to nothing. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How a logger is made. */
export type LoggerSettings = {
  /** The process, for example `volley-worker`. */
  name: string;
  level: LogLevel;
  /** Where the lines go. @default standard output */
  destination?: DestinationStream | undefined;
};

/**
 * Creates the logger of a process: one JSON object per line, times in ISO-8601, no recipients, texts or credentials
 * (see `REDACTED_PATHS`) and of errors only name, code, message and stack, wherever in the object they stand.
 *
 * Object first, constant message second: `log.info({ jobId, region }, "batch accepted")`. What is built into the message
 * text cannot be hidden.
 */
export function createLogger({ name, level, destination }: LoggerSettings): Logger {
  const options: LoggerOptions = {
    name,
    level,
    timestamp: stdTimeFunctions.isoTime,
    // hideSecrets has done it; pino's own serializer would keep everything that hangs on an error.
    serializers: { err: (error: unknown) => error },
    formatters: { level: (label) => ({ level: label }), log: hideSecrets },
    hooks: {
      // "%o" and "%j" in a message write their arguments as they are.
      logMethod(values, method) {
        const [first, ...rest] = values;
        Reflect.apply(method, this, [first, ...rest.map((value) => hideSecretsIn(value))]);
      },
    },
  };
  return withHiddenBindings(destination ? pino(options, destination) : pino(options));
}

/** pino has no formatter for what a child logger is bound to (a formatter of bindings holds for the root only). */
function withHiddenBindings(log: Logger): Logger {
  const makeChild: unknown = Reflect.get(log, "child");
  if (typeof makeChild !== "function") throw new TypeError("this pino makes no child loggers");
  function child(this: Logger, bindings: object, ...options: unknown[]): unknown {
    return Reflect.apply(makeChild as () => unknown, this, [hideSecrets(bindings), ...options]);
  }
  return Object.assign(log, { child });
}
