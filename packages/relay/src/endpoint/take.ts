import type { EndpointAddress, KeptEndpoint } from "@volley/endpoints";
import { isBefore, writtenAt } from "@volley/receipts";
import type { Backlog } from "./backlog.ts";
import { type Change, openChange } from "./kept-open.ts";
import { readAfter, readAt, type StreamEvent } from "./stream.ts";

/** Takes events out of the stream, and so many that neither memory nor Redis grows with what waits there. */
export type Taker = {
  /** Takes some where there is room for them. @returns whether to go on at once: none of those that were read are for the endpoint */
  readonly take: (endpoint: KeptEndpoint, state: TakerState) => Promise<boolean>;
  readonly lagMs: () => number;
};

/** Whether the endpoint fails at everything, and how many requests are under way. */
type TakerState = { readonly isDown: boolean; readonly inFlight: number };

/** What it works with. */
export type TakerOptions = {
  readonly address: EndpointAddress;
  readonly backlog: Backlog;
  readonly save: (...changes: Change[]) => Promise<void>;
  readonly tail: () => string;
  readonly cursor: string;
  /** Hears that the stream has dropped what was not taken yet. */
  readonly missed: () => void;
};

/** Events that may be open at an endpoint. Those behind them stay in the stream. */
const MOST_OPEN = 10_000;

/** How many are read at once, most of which may be for others. */
const PAGE = 500;

/** How many are taken at once. */
const MOST_TAKEN = 100;

/**
 * While an endpoint is down, whether it is up again is tried with a new event so often, in milliseconds: soon at first, since it may be
 * a row of events that it does not like. The others wait unspent.
 */
const PROBE_MS = { first: 1_000, last: 10_000 };

export function createTaker({ address, backlog, save, tail, cursor: start, missed }: TakerOptions): Taker {
  let cursor = start;
  let wasBehind = false;
  const probe = createProbe();
  let replayed: string | null = null;

  const room = ({ isDown, inFlight }: TakerState): number => {
    const now = Date.now();
    const free = MOST_OPEN - backlog.size();
    if (!isDown) {
      probe.isUp();
      return backlog.ready(now) > MOST_TAKEN / 2 ? 0 : Math.min(free, MOST_TAKEN);
    }
    return inFlight > 0 || backlog.ready(now) > 0 || !probe.isDue(now) ? 0 : Math.min(free, 1);
  };

  /** Whether what was to be read next may be gone: the stream drops its oldest entries, so first the one that was read last. */
  const isCut = async (): Promise<boolean> => wasBehind && (await readAt(address, cursor)) === null;

  const takeUpTo = async (most: number, endpoint: KeptEndpoint): Promise<boolean> => {
    const page = await readAfter(address, cursor, PAGE);
    if (page.length === 0) {
      wasBehind = false;
      return false;
    }
    if (await isCut()) missed();
    const { taken, last } = choose(page, endpoint, most, backlog);
    const open = taken.map((event) => ({ place: event.place, tries: 0, dueAt: Date.now(), event }));
    await save(["field", "cursor", last], ...open.map(openChange));
    for (const event of open) backlog.add(event);
    if (open.length > 0) probe.taken(Date.now());
    cursor = last;
    wasBehind = isBefore(cursor, tail());
    return wasBehind && open.length === 0;
  };

  const beginAnew = async (replay: string): Promise<void> => {
    const [from = cursor] = replay.split(" ");
    const next = isBefore(from, cursor) ? from : cursor;
    await save(["field", "cursor", next], ["done", "replay", replay]);
    // What is known of the endpoint may be some time old.
    replayed = replay;
    cursor = next;
    wasBehind = false;
  };

  return {
    take: async (endpoint, state) => {
      const most = room(state);
      if (endpoint.replay !== null && endpoint.replay !== replayed) await beginAnew(endpoint.replay);
      return most > 0 && isBefore(cursor, tail()) && takeUpTo(most, endpoint);
    },
    lagMs: () => (isBefore(cursor, tail()) ? ageMs(cursor) : 0),
  };
}

/** How long ago an event was written; 0 for the place before all of them. */
function ageMs(place: string): number {
  const at = writtenAt(place).getTime();
  return at > 0 ? Math.max(0, Date.now() - at) : 0;
}

/** When an endpoint that is down is tried with a new event. */
function createProbe() {
  let takenAt = 0;
  let ms = PROBE_MS.first;
  return {
    isDue: (now: number): boolean => now - takenAt >= ms,
    taken: (now: number): void => {
      takenAt = now;
      ms = Math.min(PROBE_MS.last, ms * 2);
    },
    isUp: (): void => {
      ms = PROBE_MS.first;
    },
  };
}

/** Those that the endpoint is to get, and how far they reach. */
function choose(
  page: readonly StreamEvent[],
  endpoint: KeptEndpoint,
  most: number,
  backlog: Backlog,
): { readonly taken: readonly StreamEvent[]; readonly last: string } {
  const taken: StreamEvent[] = [];
  let last = "";
  for (const event of page) {
    const isWanted = isFor(event, endpoint) && !backlog.has(event.place);
    if (isWanted && taken.length === most) break;
    if (isWanted) taken.push(event);
    last = event.place;
  }
  return { taken, last };
}

function isFor({ type, region, data }: StreamEvent, { id, types, regions }: KeptEndpoint): boolean {
  if (types !== null && !types.includes(type)) return false;
  if (regions !== null && region !== "" && !regions.includes(region)) return false;
  // It need not be told of itself once it is enabled again.
  return type !== "endpoint.disabled" || !data.includes(`"${id}"`);
}
