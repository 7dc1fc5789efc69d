import type { KeptEvent } from "@volley/receipts";

/** Where events go. */
export type Sink = {
  /** Names its place in the stream, in Redis: it never changes. Lower case letters and dashes. */
  readonly name: string;
  /**
   * Takes some events, oldest first. Resolves when all of them are kept for good; rejects where they may not be: then they come
   * again, with the same IDs, and none behind them before. It may get an event that it has taken.
   *
   * @param events - of every type, those that a later version knows, too
   */
  readonly take: (events: readonly KeptEvent[]) => Promise<void>;
  /** Lets go of what it holds. */
  readonly close?: () => Promise<void>;
};
