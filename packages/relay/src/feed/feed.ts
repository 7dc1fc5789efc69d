import { setTimeout as sleep } from "node:timers/promises";
import { readEvents } from "@volley/receipts";
import type { RelayOptions } from "../terms/relay-options.ts";
import type { Sink } from "../terms/sink.ts";
import { createPlace, LEASE_MS } from "./place.ts";

/** How many events a sink gets at once. */
const MOST_EVENTS = 500;

/** How long is waited where there is nothing new, where another process feeds the sink, and after a failure, in milliseconds. */
const PAUSES = { idle: 200, standby: 1_000, failed: 1_000 } as const;

/** How long a stop waits for a sink that has events in hand, in milliseconds. */
const LAST_TAKE_MS = 5_000;

/**
 * Feeds a sink until it is stopped: one process over all, which goes on with the next events only when the sink has these.
 *
 * @returns stops it, and lets another process have the sink
 */
export function feed(sink: Sink, { redis, prefix, log, observer }: RelayOptions): () => Promise<void> {
  const place = createPlace(redis, prefix, sink.name);
  const stopping = new AbortController();
  let isFailing = false;

  const round = async (): Promise<number> => {
    const cursor = await place.hold();
    if (cursor === null) return PAUSES.standby;
    const page = await readEvents(redis, prefix, { cursor, limit: MOST_EVENTS });
    if (page.dropped) {
      observer?.missed(sink.name);
      log.warn(
        { sink: sink.name, ...page.dropped },
        "events were dropped before they were relayed: too many, or too old",
      );
    }
    if (page.cursor === cursor) return PAUSES.idle;
    await keepingHold(place.hold, async () => sink.take(page.events));
    await place.hold(page.cursor);
    observer?.relayed(sink.name, page.events);
    return 0;
  };

  const saidRound = async (): Promise<number> => {
    try {
      const pauseMs = await round();
      if (isFailing) log.info({ sink: sink.name }, "events are relayed again");
      isFailing = false;
      return pauseMs;
    } catch (error) {
      if (!isFailing)
        log.warn({ sink: sink.name, err: error }, "events could not be relayed; they are kept and tried again");
      isFailing = true;
      return PAUSES.failed;
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const pauseMs = await saidRound();
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
    await place.leave().catch(() => {});
  };

  const ended = run();
  return async () => {
    stopping.abort();
    const closed = ended.then(async () => sink.close?.());
    await Promise.race([closed, sleep(LAST_TAKE_MS, undefined, { ref: false })]);
  };
}

/** A sink may take longer than a lease lasts. */
async function keepingHold(hold: () => Promise<unknown>, work: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => void hold().catch(() => {}), LEASE_MS / 3);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}
