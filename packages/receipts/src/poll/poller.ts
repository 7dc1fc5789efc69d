import { setTimeout as sleep } from "node:timers/promises";
import { createLease } from "./lease.ts";
import type { PollerOptions, ReadingEnd } from "./poller-options.ts";
import type { PollKind } from "./poll-source.ts";
import { createRound } from "./poll-round.ts";

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

/**
 * Fetches what the provider tells where its callbacks stay away, again and again, in one of all processes. What callbacks
 * have told as well changes nothing. Nobody waits for it: it makes one request at a time, waits between two, and goes
 * away for a while when the provider is in trouble.
 *
 * @returns ends it
 */
export function startPoller(options: PollerOptions): { readonly close: () => Promise<void> } {
  const { redis, prefix, region, intervalMs, observer } = options;
  const lease = createLease(redis, { prefix, region });
  const stop = new AbortController();
  const mayGoOn = (): boolean => lease.isHeld() && !stop.signal.aborted;
  const pause = async (): Promise<boolean> => {
    await sleep(PAUSE_MS, undefined, { signal: stop.signal }).catch(() => {});
    return mayGoOn();
  };
  const round = createRound(options, { lease, pause, signal: stop.signal });
  const say = sayChanges(options);
  let failures = 0;

  /** @returns how long until the next one, in milliseconds */
  const pollOnce = async (): Promise<number> => {
    for (const [kind, read] of round) {
      const end = await read();
      if (stop.signal.aborted) return 0;
      observer.polled(region, kind, end.kind);
      if (end.kind === "ok") continue;
      if (end.kind === "stopped") return 0;
      say(kind, end);
      failures += 1;
      const backOffMs = Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** Math.min(failures, 10));
      const askedMs = "retryAfterMs" in end ? (end.retryAfterMs ?? 0) : 0;
      return Math.max(intervalMs, backOffMs, Math.min(askedMs, LONGEST_WAIT_MS));
    }
    failures = 0;
    say(null, { kind: "ok" });
    return intervalMs;
  };

  const run = async (): Promise<void> => {
    let nextAt = 0;
    while (!stop.signal.aborted) {
      if (mayGoOn() && performance.now() >= nextAt) nextAt = performance.now() + (await pollOnce());
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
