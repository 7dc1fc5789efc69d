import { setTimeout as sleep } from "node:timers/promises";
import { createLease } from "./lease.ts";
import type { PollerOptions, ReadingEnd } from "./poller-options.ts";
import type { PollKind } from "./poll-source.ts";
import { createRound, type Reading } from "./poll-round.ts";
import { readAgain } from "./read-again.ts";

/** How often it is looked whether there is something to do, in milliseconds. */
const TICK_MS = 200;

/** Between two requests, in milliseconds: ten a second at most, one at a time. */
const PAUSE_MS = 100;

/** How long is waited after a failure, in milliseconds: longer each time. */
const BACK_OFF_MS = { first: 1_000, most: 60_000 };

/** A provider that says "later" is believed up to here, in milliseconds. */
const LONGEST_WAIT_MS = 60 * 60 * 1_000;

/** How long is waited for the end of what is in hand, in milliseconds. */
const CLOSE_MS = 2_000;

/** How often it is looked whether Redis is another one, in milliseconds. */
const LOOK_MS = 2_000;

/**
 * Fetches what the provider tells where its callbacks stay away, again and again, in one of all processes; and what people have
 * texted once more, at the start and after a loss of Redis. What is known changes nothing. Nobody waits for it: it makes one
 * request at a time, waits between two, and goes away for a while when the provider is in trouble.
 *
 * @returns ends it
 */
export function startPoller(options: PollerOptions): { readonly close: () => Promise<void> } {
  const { redis, prefix, region, intervalMs, againMs = 0 } = options;
  const lease = createLease(redis, { prefix, region });
  const stop = new AbortController();
  const mayGoOn = (): boolean => lease.isHeld() && !stop.signal.aborted;
  const pause = async (): Promise<boolean> => {
    await sleep(PAUSE_MS, undefined, { signal: stop.signal }).catch(() => {});
    return mayGoOn();
  };
  const means = { lease, pause, signal: stop.signal };
  const tasks = [
    ...(againMs > 0 ? [createTask(options, [readAgain(options, means, againMs)], LOOK_MS, stop.signal)] : []),
    ...(intervalMs === null ? [] : [createTask(options, createRound(options, means), intervalMs, stop.signal)]),
  ];
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      for (const task of tasks) if (mayGoOn()) await task();
      await sleep(TICK_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    close: async () => {
      stop.abort();
      const ended = running.then(async () => lease.close());
      await Promise.race([ended, sleep(CLOSE_MS, undefined, { ref: false })]);
    },
  };
}

/**
 * Readings that are made one after the other, every so many milliseconds, or later where one has failed.
 *
 * @returns makes them where it is time
 */
function createTask(
  options: PollerOptions,
  readings: readonly Reading[],
  everyMs: number,
  signal: AbortSignal,
): () => Promise<void> {
  const { region, observer } = options;
  const say = sayChanges(options);
  let [failures, nextAt] = [0, 0];
  /** @returns how long until the next time, in milliseconds */
  const readAll = async (): Promise<number> => {
    for (const [kind, read] of readings) {
      const end = await read();
      if (signal.aborted) return 0;
      if (end === null) continue;
      observer.polled(region, kind, end.kind);
      if (end.kind === "ok") continue;
      if (end.kind === "stopped") return 0;
      say(kind, end);
      failures += 1;
      const backOffMs = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** Math.min(failures, 10));
      const askedMs = "retryAfterMs" in end ? (end.retryAfterMs ?? 0) : 0;
      return Math.max(everyMs, backOffMs, Math.min(askedMs, LONGEST_WAIT_MS));
    }
    failures = 0;
    say(null, { kind: "ok" });
    return everyMs;
  };
  return async () => {
    if (performance.now() >= nextAt) nextAt = performance.now() + (await readAll());
  };
}

/** Says what is new: a token that is dead is said once, and once that it is good again. */
function sayChanges({ region, log }: PollerOptions): (polled: PollKind | null, end: ReadingEnd) => void {
  let before = "ok";
  return (polled, end) => {
    const now = "code" in end ? end.code : end.kind;
    if (now === before) return;
    before = now;
    if (end.kind === "failed")
      log.warn({ region, polled, err: end.error }, "what was polled could not be written down");
    else if (end.kind === "unauthorized") log.error({ region, polled, code: now }, "polling is refused");
    else if (end.kind === "ok") log.info({ region }, "polling goes on");
    else log.warn({ region, polled, code: now }, "polling waits for the provider");
  };
}
