import type { EndpointAddress, KeptEndpoint } from "@volley/endpoints";
import type { RelayLog } from "../terms/relay-options.ts";
import { attempt, type AttemptContext, missed } from "./attempt.ts";
import { createBacklog } from "./backlog.ts";
import { createHealth } from "./health.ts";
import { LeaseLostError, readOpen, write } from "./kept-open.ts";
import type { EndpointObserver } from "./observer.ts";
import { createPoster } from "./post.ts";
import type { EndpointSettings } from "./settings.ts";
import { createTaker, type Taker } from "./take.ts";
import { createWaker, type Waker } from "./waker.ts";

/** What delivering to an endpoint needs. */
export type RunOptions = {
  readonly address: EndpointAddress;
  /** Whose lease it is. */
  readonly me: string;
  readonly settings: EndpointSettings;
  readonly log: RelayLog;
  readonly observer: EndpointObserver;
  /** The place of the last event of the stream, as far as is known. */
  readonly tail: () => string;
};

/** Delivers to one endpoint. Nothing of it is shared with another one. */
export type RunningEndpoint = {
  /** Goes on with what has been changed: another secret, a replay. */
  readonly update: (endpoint: KeptEndpoint) => void;
  /** There may be something new. */
  readonly wake: () => void;
  /** Begins no more requests. */
  readonly stop: () => void;
  /** When it has ended, by itself or not, and its last request has. Never rejects. */
  readonly ended: Promise<void>;
  /** Events that it has in hand. */
  readonly waiting: () => number;
  /** How long ago the last event was written that it has come to, in milliseconds; 0 where there is none behind it. */
  readonly lagMs: () => number;
};

/** The longest time without looking, in milliseconds. */
const LONGEST_PAUSE_MS = 1_000;

export function runEndpoint(first: KeptEndpoint, options: RunOptions): RunningEndpoint {
  const { address, me, settings, log, observer, tail } = options;
  const stopping = new AbortController();
  const waker = createWaker();
  let endpoint = first;
  const stop = (): void => {
    stopping.abort();
    waker.wake();
  };
  const context: AttemptContext = {
    address,
    endpoint: () => endpoint,
    poster: createPoster(first.url, settings),
    backlog: createBacklog(),
    health: createHealth(first.failing_since),
    save: async (...changes) => write(address, me, changes),
    stop,
    settings,
    log,
    observer,
  };
  const { backlog, save } = context;
  const taker = createTaker({ address, backlog, save, tail, cursor: first.cursor, missed: () => missed(context) });
  return {
    update: (changed) => {
      endpoint = changed;
      waker.wake();
    },
    wake: waker.wake,
    stop,
    ended: run(context, { taker, waker, stopping: stopping.signal }),
    waiting: backlog.size,
    lagMs: taker.lagMs,
  };
}

type Loop = { readonly taker: Taker; readonly waker: Waker; readonly stopping: AbortSignal };

async function run(context: AttemptContext, { taker, waker, stopping }: Loop): Promise<void> {
  const { address, endpoint, backlog, health, poster, stop, log } = context;
  const inFlight = new Set<Promise<void>>();
  /** Redis is away, or another process has the endpoint: whoever watches begins anew with what is kept. */
  const breakOff = (error: unknown): void => {
    stop();
    if (error instanceof LeaseLostError) return;
    log.warn({ endpoint: address.id, err: error }, "deliveries are broken off and begun anew");
  };
  const begin = (): void => {
    const most = health.isDown() ? 1 : context.settings.inFlight;
    while (inFlight.size < most && !stopping.aborted && Date.now() >= health.pausedUntil()) {
      const open = backlog.next(Date.now());
      if (open === undefined) return;
      const underWay = attempt(context, open)
        .catch(breakOff)
        .finally(() => {
          inFlight.delete(underWay);
          waker.wake();
        });
      inFlight.add(underWay);
    }
  };
  try {
    await load(context);
    while (!stopping.aborted) {
      const isPaused = Date.now() < health.pausedUntil();
      const isMore = !isPaused && (await taker.take(endpoint(), { isDown: health.isDown(), inFlight: inFlight.size }));
      begin();
      if (!isMore) await waker.wait(pauseMs(context));
    }
  } catch (error) {
    breakOff(error);
  }
  await Promise.all(inFlight);
  poster.close();
}

/** What was open when somebody delivered to it last. */
async function load({ address, endpoint, backlog, save }: AttemptContext): Promise<void> {
  const { isFresh } = endpoint();
  const kept = await readOpen(address);
  for (const open of kept) backlog.add({ ...open, ...(isFresh && { tries: 0, dueAt: 0 }), event: null });
  if (isFresh) await save(["field", "fresh", ""]);
}

function pauseMs({ backlog, health }: AttemptContext): number {
  const dueAt = Math.max(health.pausedUntil(), backlog.nextDueAt());
  return Math.min(LONGEST_PAUSE_MS, Math.max(0, dueAt - Date.now()));
}
