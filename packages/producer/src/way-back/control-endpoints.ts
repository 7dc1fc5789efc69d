import { setTimeout as pause } from "node:timers/promises";
import { kindOf, OPTION, readTime, requireOptions } from "@volley/contract";
import {
  addEndpoint,
  askForTest,
  disableEndpoint,
  enableEndpoint,
  type Endpoint,
  type EndpointAddress,
  type EndpointOptions,
  getEndpoint,
  type KeptEvents,
  listEndpoints,
  MOST_ENDPOINTS,
  readEndpointOptions,
  readKeptEvents,
  readTestAnswer,
  removeEndpoint,
  replayEvents,
  rotateSecret,
  takeBackTest,
  type TestAnswer,
} from "@volley/endpoints";
import type { QueueAccess } from "../redis/queue-access.ts";
import { ProducerError } from "../terms/producer-error.ts";

/** An endpoint, and what its events are signed with: it is not shown again. */
export type EndpointWithSecret = { readonly endpoint: Endpoint; readonly secret: string };

/** What a replay begins with. */
export type Replay = {
  readonly since: string;
  /** When the oldest event came that is still kept; `null` where none is. */
  readonly kept_since: string | null;
  /** Whether every event since then is still kept, as far as is known. */
  readonly is_complete: boolean;
};

/**
 * Where events are delivered to over HTTP. Each call rejects with `VOLLEY_UNKNOWN_ENDPOINT` where there is no endpoint with that
 * ID, and with a TypeError for an option that there is not.
 */
export type EndpointControl = {
  /**
   * Delivers events to a URL, beginning with the next one that happens.
   *
   * @throws ProducerError `VOLLEY_INVALID_ENDPOINT` naming every field that is wrong, `VOLLEY_TOO_MANY_ENDPOINTS`
   */
  readonly add: (options: EndpointOptions) => Promise<EndpointWithSecret>;
  readonly list: () => Promise<readonly Endpoint[]>;
  readonly get: (id: string) => Promise<Endpoint>;
  /** Makes a new secret. For 24 hours everything is signed with the old one, too. */
  readonly rotate: (id: string) => Promise<EndpointWithSecret>;
  /** Goes on delivering where it stopped, as far as the events are still kept; what waits is tried at once. */
  readonly enable: (id: string) => Promise<Endpoint>;
  /** Delivers nothing more; events wait as long as they are kept. */
  readonly disable: (id: string) => Promise<Endpoint>;
  readonly remove: (id: string) => Promise<void>;
  /**
   * Has a test event sent now, also to an endpoint that is disabled.
   *
   * @param options - `waitMs`: how long to wait for the answer, in milliseconds. @default 30000
   * @throws ProducerError `VOLLEY_RELAY_SILENT` where no process that delivers events has answered in time
   */
  readonly test: (id: string, options?: { readonly waitMs?: number }) => Promise<TestAnswer>;
  /**
   * Delivers once more what has happened since a time, with the same IDs; what happens meanwhile comes behind it.
   *
   * @param options - `since`: ISO-8601, not in the future
   * @throws ProducerError `VOLLEY_INVALID_ENDPOINT` for the time, `VOLLEY_ENDPOINT_DISABLED`
   */
  readonly replay: (id: string, options: { readonly since: string }) => Promise<Replay>;
};

type Access = Pick<QueueAccess, "link" | "prefix" | "closing">;

const ADD = { url: OPTION.anything, types: OPTION.anything, regions: OPTION.anything };

const ID = /^ep_[0-9a-f]{24}$/;

const TEST_WAIT_MS = 30_000;

/** How often the answer to a test event is looked for, in milliseconds. */
const LOOK_INTERVAL_MS = 100;

/** The calls about endpoints. @param now - the system's clock, or a test's */
export function controlEndpoints(access: Access, now: () => Date): EndpointControl {
  const { link, prefix } = access;
  const place = { redis: link.connection, prefix };
  const of = async <T>(id: string, step: (address: EndpointAddress) => Promise<T | null | false>): Promise<T> => {
    const found = ID.test(id) ? await link.run(async () => step({ ...place, id })) : null;
    if (found === null || found === false) throw new ProducerError("VOLLEY_UNKNOWN_ENDPOINT", unknown(id));
    return found;
  };
  const get = async (id: string): Promise<Endpoint> => of(id, getEndpoint);
  return {
    add: async (options) => add(access, options, now()),
    list: async () => link.run(async () => listEndpoints(place)),
    get,
    rotate: async (id) => {
      const secret = await of(id, async (address) => rotateSecret(address, now()));
      return { endpoint: await get(id), secret };
    },
    enable: async (id) => {
      await of(id, async (address) => enableEndpoint(address, now()));
      return get(id);
    },
    disable: async (id) => {
      await get(id);
      await link.run(async () => disableEndpoint({ ...place, id }, "operator", now()));
      return get(id);
    },
    remove: async (id) => void (await of(id, removeEndpoint)),
    test: async (id, options = {}) => {
      requireOptions("endpoints.test", options, { waitMs: OPTION.timerMs });
      await get(id);
      return askedFor(access, id, options.waitMs ?? TEST_WAIT_MS);
    },
    replay: async (id, options) => {
      requireOptions("endpoints.replay", options, { since: OPTION.anything });
      const since = pastTime(options.since, now());
      const { state } = await get(id);
      if (state === "disabled")
        throw new ProducerError("VOLLEY_ENDPOINT_DISABLED", `${id} is disabled: enable it first`);
      const kept = await link.run(async () => readKeptEvents(place));
      await of(id, async (address) => replayEvents(address, since));
      return replayOf(since, kept);
    },
  };
}

/** @throws ProducerError `VOLLEY_INVALID_ENDPOINT`, `VOLLEY_TOO_MANY_ENDPOINTS` */
async function add({ link, prefix }: Access, options: EndpointOptions, now: Date): Promise<EndpointWithSecret> {
  requireOptions("endpoints.add", options, ADD);
  const read = readEndpointOptions(options);
  if (!read.ok) throw new ProducerError("VOLLEY_INVALID_ENDPOINT", read.problems.join("; "));
  const added = await link.run(async () => addEndpoint({ redis: link.connection, prefix }, read, now));
  if (added) return added;
  throw new ProducerError("VOLLEY_TOO_MANY_ENDPOINTS", `there are ${MOST_ENDPOINTS} endpoints, which is the most`);
}

function replayOf(since: Date, { oldestAt, isCut }: KeptEvents): Replay {
  return {
    since: since.toISOString(),
    kept_since: oldestAt && oldestAt.toISOString(),
    is_complete: !isCut || (oldestAt !== null && oldestAt <= since),
  };
}

function unknown(id: unknown): string {
  return `expected the ID of an endpoint (ep_…) that there is, got ${kindOf(id, { isPrivate: true })}`;
}

/** @throws ProducerError `VOLLEY_INVALID_ENDPOINT` */
function pastTime(text: unknown, now: Date): Date {
  const time = typeof text === "string" ? readTime(text) : null;
  if (time !== null && time <= now) return time;
  const got = time === null ? kindOf(text, { isPrivate: true }) : "one to come";
  throw new ProducerError(
    "VOLLEY_INVALID_ENDPOINT",
    `since: expected a time that has been, such as 2026-12-01T09:00:00Z, got ${got}`,
  );
}

/** @throws ProducerError `VOLLEY_RELAY_SILENT` */
async function askedFor({ link, prefix, closing }: Access, id: string, waitMs: number): Promise<TestAnswer> {
  const place = { redis: link.connection, prefix };
  const ask = await link.run(async () => askForTest({ ...place, id }));
  const deadline = Date.now() + waitMs;
  while (Date.now() < deadline && !closing.aborted) {
    const answer = await link.run(async () => readTestAnswer(place, ask));
    if (answer) return answer;
    await pause(LOOK_INTERVAL_MS);
  }
  const isUntaken = await link.run(async () => takeBackTest(place, ask));
  const what = isUntaken ? "nothing is sent: is one running?" : "a test event may have been sent";
  throw new ProducerError(
    "VOLLEY_RELAY_SILENT",
    `no process that delivers events has answered within ${waitMs} ms; ${what}`,
  );
}
