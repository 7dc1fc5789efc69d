import type { RelayOptions } from "../terms/relay-options.ts";
import type { Sink } from "../terms/sink.ts";
import { feed } from "./feed.ts";

/** Hands events to sinks. */
export type Relay = {
  /** Ends it; waits for a sink that has events in hand. */
  readonly close: () => Promise<void>;
};

/**
 * Starts handing the events of a prefix to sinks. Each sink is fed by one process at a time, whoever else has started a relay
 * with a sink of that name, and from another one within seconds when that process dies. No sink waits for another.
 *
 * Each event comes at least once, always with the same ID, unless the stream has dropped it before.
 */
export function startRelay({ sinks, ...options }: RelayOptions & { readonly sinks: readonly Sink[] }): Relay {
  const stops = sinks.map((sink) => feed(sink, options));
  return { close: async () => void (await Promise.all(stops.map(async (stop) => stop()))) };
}
