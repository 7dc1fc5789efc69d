import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { answerTest, type EndpointPlace, type KeptEndpoint, readEndpoints, takeTest } from "@volley/endpoints";
import { FIRST_EVENTS } from "@volley/receipts";
import type { RelayLog } from "../terms/relay-options.ts";
import { holdEndpoint, leaveEndpoint } from "./kept-open.ts";
import type { EndpointObserver } from "./observer.ts";
import { runEndpoint, type RunningEndpoint } from "./run-endpoint.ts";
import { sendTest } from "./send-test.ts";
import type { EndpointSettings } from "./settings.ts";
import { readTail } from "./stream.ts";

/** What delivering to endpoints needs. */
export type EndpointsOptions = EndpointPlace & {
  readonly log: RelayLog;
  readonly settings: EndpointSettings;
  readonly observer?: EndpointObserver;
};

/** What is there for each endpoint that this process delivers to. */
export type EndpointGauge = { readonly endpoint: string; readonly waiting: number; readonly lagMs: number };

/** Delivers events to endpoints. */
export type Endpoints = {
  readonly gauges: () => EndpointGauge[];
  /** Begins no more requests, and gives those under way some time. */
  readonly close: () => Promise<void>;
};

/** How often is looked for new events, and for changed endpoints, in milliseconds. */
const TAIL_MS = 200;
const WATCH_MS = 1_000;

/** How long a stop waits for requests that are under way, in milliseconds. What is not written down then is delivered again. */
const LAST_MS = 10_000;

const NOBODY: EndpointObserver = { attempted: () => {}, ended: () => {}, disabled: () => {} };

/**
 * Delivers the events of a prefix to its endpoints, each at least once and always with the same ID. One process over all delivers to
 * an endpoint; when it dies another one does within seconds. Each endpoint is run by itself: it has its own place in the stream,
 * its own requests and its own pauses, and there is nothing that one could keep from another.
 */
export function startEndpoints({ redis, prefix, log, settings, observer = NOBODY }: EndpointsOptions): Endpoints {
  const running = new Map<string, RunningEndpoint>();
  const stopping = new AbortController();
  const state = {
    place: { redis, prefix },
    me: randomUUID(),
    log,
    settings,
    observer,
    running,
    stopping: stopping.signal,
  };
  const tail = { place: FIRST_EVENTS };
  void again(async () => watch(state, tail), { ms: WATCH_MS, state });
  void again(async () => follow(state, tail), { ms: TAIL_MS, state });
  return {
    gauges: () => [...running].map(([endpoint, run]) => ({ endpoint, waiting: run.waiting(), lagMs: run.lagMs() })),
    close: async () => {
      stopping.abort();
      // A Redis that is away must not hold up an end.
      await Promise.race([leave(state), sleep(LAST_MS, undefined, { ref: false })]);
    },
  };
}

async function leave({ place, me, running }: State): Promise<void> {
  const left = [...running];
  for (const [, run] of left) run.stop();
  await Promise.all(left.map(async ([, run]) => run.ended));
  await Promise.all(left.map(async ([id]) => leaveEndpoint({ ...place, id }, me).catch(() => {})));
}

type State = Required<Omit<EndpointsOptions, keyof EndpointPlace>> & {
  readonly place: EndpointPlace;
  /** Whose the leases are. */
  readonly me: string;
  readonly running: Map<string, RunningEndpoint>;
  readonly stopping: AbortSignal;
};

/** The place of the last event of the stream. */
type Tail = { place: string };

/** Delivers to those that are enabled and that nobody else delivers to, as they are now. */
async function watch(state: State, tail: Tail): Promise<void> {
  const { place, me, running, stopping } = state;
  const endpoints = (await readEndpoints(place)).filter((endpoint) => endpoint.state === "enabled");
  const ids = new Set(endpoints.map(({ id }) => id));
  for (const [id, run] of running) if (!ids.has(id)) run.stop();
  await Promise.all(
    endpoints.map(async (endpoint) => {
      const address = { ...place, id: endpoint.id };
      const run = running.get(endpoint.id);
      if (!(await holdEndpoint(address, me))) return run?.stop();
      if (run) return run.update(endpoint);
      if (!stopping.aborted) start(state, endpoint, tail);
    }),
  );
}

function start({ place, me, settings, log, observer, running }: State, endpoint: KeptEndpoint, tail: Tail): void {
  const address = { ...place, id: endpoint.id };
  const run = runEndpoint(endpoint, { address, me, settings, log, observer, tail: () => tail.place });
  running.set(endpoint.id, run);
  void run.ended.then(() => running.delete(endpoint.id));
}

/** Looks whether there is something new, and whether somebody wants a test event to be sent. */
async function follow({ place, settings, log, running }: State, tail: Tail): Promise<void> {
  const found = await readTail(place);
  if (found !== null && found !== tail.place) {
    tail.place = found;
    for (const run of running.values()) run.wake();
  }
  const asked = await takeTest(place);
  if (asked === null) return;
  void sendTest(place, asked.id, settings)
    .then(async (answer) => answerTest(place, asked.ask, answer))
    .catch((error: unknown) => log.warn({ endpoint: asked.id, err: error }, "a test event has no answer"));
}

/** Whatever fails is tried again: a Redis that goes away comes back. */
async function again(
  step: () => Promise<void>,
  { ms, state: { stopping, log } }: { readonly ms: number; readonly state: State },
): Promise<void> {
  let isFailing = false;
  while (!stopping.aborted) {
    try {
      await step();
      isFailing = false;
    } catch (error) {
      if (!isFailing && !stopping.aborted)
        log.warn({ err: error }, "endpoints cannot be looked after; it is tried again");
      isFailing = true;
    }
    await sleep(ms, undefined, { signal: stopping }).catch(() => {});
  }
}
