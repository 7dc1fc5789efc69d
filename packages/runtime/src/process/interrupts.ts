import type { Logger } from "pino";

import { deferred } from "../terms/deferred.ts";

/** Where signals and uncaught errors come from: `process`, or an `EventEmitter` in a test. */
export type ProcessEvents = {
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
};

/** Why a process is to end: somebody asked, or an error that nobody caught. */
type Interrupt = { kind: "signal" | "fatal"; because: string };

/** What asks a process to end. */
export type Interrupts = {
  /** Resolves with the first reason to end. */
  first: Promise<Interrupt>;
  /** Resolves when a signal comes although there is a reason to end already. */
  insisted: Promise<void>;
  /** Whether there was an error that nobody caught, at any time. */
  sawFatal(): boolean;
  /** Gives signals and uncaught errors back their usual effect. */
  ignore(): void;
};

const SIGNALS = ["SIGTERM", "SIGINT"];
const FATAL_EVENTS = ["uncaughtException", "unhandledRejection"];

/** Listens for the two signals that ask a process to end, and for the two kinds of error that nobody caught. */
export function listenForInterrupts(events: ProcessEvents, log: Pick<Logger, "fatal">): Interrupts {
  let hasReason = false;
  let sawFatal = false;
  const first = deferred<Interrupt>();
  const insisted = deferred<void>();

  const onSignal = (signal: unknown): void => {
    if (hasReason) insisted.resolve();
    hasReason = true;
    first.resolve({ kind: "signal", because: String(signal) });
  };
  const fatalListeners = FATAL_EVENTS.map((event) => {
    const listener = (error: unknown): void => {
      log.fatal({ err: error, event }, "an error that nobody caught");
      hasReason = true;
      sawFatal = true;
      first.resolve({ kind: "fatal", because: event });
    };
    return { event, listener };
  });
  const listeners = [...SIGNALS.map((event) => ({ event, listener: onSignal })), ...fatalListeners];

  for (const { event, listener } of listeners) events.on(event, listener);
  return {
    first: first.promise,
    insisted: insisted.promise,
    sawFatal: () => sawFatal,
    ignore: () => {
      for (const { event, listener } of listeners) events.off(event, listener);
    },
  };
}
