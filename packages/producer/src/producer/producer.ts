import { AUTO_REGION, DEFAULT_PREFIX, isRoutedId, sendId, withoutNulls } from "@volley/contract";
import type { BatchesPage, PageOption } from "../follow/read-batches.ts";
import type { DeliveriesPage } from "../follow/read-deliveries.ts";
import type { Cancellation } from "../follow/cancel-send.ts";
import { type CheckOptions, checkSend } from "../check/check-send.ts";
import type { CheckReport } from "../check/check-report.ts";
import { type CoalesceOptions, createCoalescer } from "../enqueue/coalescer.ts";
import type { Coalesced } from "../enqueue/coalesce-groups.ts";
import type { CoalesceMessage } from "../enqueue/coalesce-message.ts";
import { enqueueSend } from "../enqueue/enqueue.ts";
import type { Enqueued, EnqueueOptions } from "../enqueue/enqueue-terms.ts";
import { isClaimed } from "../claim/claim.ts";
import { requireKey, requireRegion } from "../terms/require-argument.ts";
import { createFilterPool } from "../recipients/filter-pool.ts";
import { controlKeys, type KeyControl } from "./control-keys.ts";
import type { ListOptions } from "./list-options.ts";
import { controlAllEndpoints } from "./joined-endpoints.ts";
import { listSends } from "./joined-list.ts";
import { controlAllSuppressions } from "./joined-suppressions.ts";
import { forgetEverywhere, readAllEvents, readAllInbounds } from "./joined-way-back.ts";
import type { ListPage } from "./list-sends.ts";
import { createOpenCalls } from "./open-calls.ts";
import {
  type ChangesOption,
  type EtaOption,
  type ProducerOptions,
  type RegionOption,
  requireCall,
  requireProducerOptions,
  type WaitOption,
} from "./producer-options.ts";
import { type AllStores, createStores, servedIn } from "./stores.ts";
import { addressOf } from "../redis/queue-access.ts";
import type { SendToMany } from "../recipients/recipient-source.ts";
import { controlRegion, type RegionControl } from "../region/control-region.ts";
import { enqueueAuto } from "../auto/enqueue-auto.ts";
import { followAuto } from "../auto/follow-auto.ts";
import { requireRoutes } from "../auto/route-table.ts";
import type { Explanation } from "../follow/explain-send.ts";
import { type FollowedSend, followSend } from "../follow/follow-send.ts";
import type { SendOrigin } from "../follow/read-origin.ts";
import type { SendStatus } from "../follow/read-status.ts";
import type { EndpointControl } from "../way-back/control-endpoints.ts";
import type { ForgetOptions, Forgotten } from "../way-back/forget-person.ts";
import type { EventsOptions, EventsPage } from "../way-back/read-events.ts";
import type { InboundsOptions, InboundsPage } from "../way-back/read-inbounds.ts";
import type { SuppressionControl } from "../way-back/control-suppressions.ts";
import { type Redelivered, redeliver, type RedeliverOptions } from "../way-back/redeliver.ts";

/**
 * Puts sends on the queues of a Volley, tells what became of them, and stops them. A call rejects with a TypeError for an
 * option that there is not, or that is wrong.
 */
export type Producer = {
  /**
   * Puts a send on its region's queue, exactly once per idempotency key. `to` may be a list, or anything that yields
   * recipients or pages of them, in any number: more than 10,000, and every stream, are staged in Redis first, in bounded
   * memory, and nothing is sent before the last one is there. A key that is enqueued already reads its stream to the end
   * all the same, to tell whether it is the same list.
   *
   * With `region: "auto"` each number goes to the region that `routes` say, in one send per region. The ID that is
   * returned stands for all of them, in every call below; nothing is sent in any region before the last one is there.
   *
   * @throws InvalidSendError with every mistake; nothing is enqueued. A send that has expired since is no mistake when its
   *   key was enqueued before
   * @throws ProducerError with a stable `code`; after `VOLLEY_REDIS_UNAVAILABLE` and `VOLLEY_REDIS_FULL` the same call
   *   may safely be repeated. No error holds recipients, text or values
   * @throws whatever the source, the progress report or the signal throws, as it is; nothing is enqueued
   */
  readonly enqueue: (send: SendToMany, options: EnqueueOptions) => Promise<Enqueued>;
  /**
   * Puts a message to one recipient on its region's queue, in one send with others of the same template: those that come
   * within a few milliseconds, up to 1,000. Two messages to the same recipient travel in two sends.
   *
   * @returns when that send is on the queue, never before; which of two sends goes first is not said
   * @throws InvalidSendError with every mistake; nothing is enqueued
   * @throws ProducerError with a stable `code`; after `VOLLEY_REDIS_UNAVAILABLE` the same call with the same key may
   *   safely be repeated; `VOLLEY_TOO_MANY_WAITING` when earlier calls have to be awaited first
   */
  readonly coalesce: (message: CoalesceMessage, options: CoalesceOptions) => Promise<Coalesced>;
  /**
   * Says what a send would come to, and enqueues nothing: who is in it, what is wrong, the segments of everybody's
   * own text, and on request what it costs, how long its region takes, who is on the suppression list, and what the provider's
   * dry run says. It takes what `enqueue` takes, in bounded memory. Redis is needed for a region's limits and that list alone.
   *
   * @returns mistakes too, where `enqueue` would throw
   * @throws ProducerError `VOLLEY_INVALID_REGION`
   * @throws whatever the source or the signal throws, as it is
   */
  readonly check: (send: SendToMany, options?: CheckOptions) => Promise<CheckReport>;
  /**
   * Whether a key stands for a send in a region, `auto` among them, whatever the content of that send: `enqueue` with this key
   * puts nothing new on the queue there. Whoever sends to several regions with one key asks first.
   *
   * @throws ProducerError `VOLLEY_INVALID_REGION`, `VOLLEY_INVALID_IDEMPOTENCY_KEY`
   */
  readonly isKeyUsed: (options: Pick<EnqueueOptions, "region" | "idempotencyKey">) => Promise<boolean>;
  /**
   * The sends of the last 30 days, at most a million of them, the newest first, in pages of at most 1,000 (100 unless said
   * otherwise). None is left out and none shown twice, however many are enqueued meanwhile: those are on no later page.
   *
   * @throws ProducerError `VOLLEY_INVALID_REGION`, `VOLLEY_INVALID_CURSOR`
   */
  readonly list: (options?: ListOptions) => Promise<ListPage>;
  /**
   * Where a send is, and its result: a few commands of Redis, however much waits there.
   *
   * @param id - of `enqueue`, or of a job that another client added, with its region
   * @returns `null` when there is no such send, or its result is no longer kept
   */
  readonly status: (id: string, options?: RegionOption & EtaOption) => Promise<SendStatus | null>;
  /**
   * Where a send goes, and from whom it is: less than `status` reads.
   *
   * @param id - of `enqueue`, or of a job that another client added, with its region
   * @returns `null` when there is no such send, or its job is no longer kept
   */
  readonly origin: (id: string, options?: RegionOption) => Promise<SendOrigin | null>;
  /**
   * Why a send has not been sent, or what it came to: one reason as a word and as a sentence, and when it is over. A few
   * commands of Redis, however much waits there.
   *
   * @param id - of `enqueue`, or of a job that another client added, with its region
   * @returns `null` when there is no such send, or its result is no longer kept
   */
  readonly explain: (id: string, options?: RegionOption) => Promise<Explanation | null>;
  /**
   * The batches that the provider accepted for a send, in pages of at most 1,000: a result names the first 1,000 alone.
   * While the send is on its way, those of the parts that have ended.
   *
   * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, `VOLLEY_INVALID_CURSOR`
   */
  readonly batches: (id: string, options?: RegionOption & PageOption) => Promise<BatchesPage>;
  /**
   * What became of the messages to the recipients of a send, as far as the provider has reported, in pages of at most 1,000.
   * `status` counts them.
   *
   * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, `VOLLEY_INVALID_CURSOR`
   */
  readonly deliveries: (id: string, options?: RegionOption & PageOption) => Promise<DeliveriesPage>;
  /**
   * Messages from phones, as long as they are kept, in pages of at most 1,000: the oldest first, none twice and none left out,
   * also of those that come meanwhile.
   *
   * @throws ProducerError `VOLLEY_INVALID_REGION`, `VOLLEY_INVALID_CURSOR`
   */
  readonly inbounds: (options?: InboundsOptions) => Promise<InboundsPage>;
  /**
   * What has happened, as long as it is kept, in pages of at most 1,000: the oldest first, none twice and none left out, also of
   * those that come meanwhile. A page says which were dropped before it was read.
   *
   * @throws ProducerError `VOLLEY_INVALID_CURSOR`
   */
  readonly events: (options?: EventsOptions) => Promise<EventsPage>;
  /**
   * Removes a person from everything that Volley keeps in Redis, in every region. Whoever is on the suppression list stays on it,
   * under a hash. Where they stand in lists of others, nobody is texted in their place: they are counted as suppressed there. What
   * the provider keeps is not Volley's to remove.
   *
   * @throws ProducerError `VOLLEY_INVALID_SUPPRESSION` for what is no number, `VOLLEY_SUPPRESSION_SECRET`
   */
  readonly forget: (number: string, options?: ForgetOptions) => Promise<Forgotten>;
  /**
   * Looks at the sends of a region that ask for `retry_codes`, and sends once more to those whose messages have failed so, where
   * it is time. Workers do that all the time; it may be done by any number of processes at once.
   *
   * @returns the sends that it has enqueued
   * @throws ProducerError `VOLLEY_INVALID_REGION`
   */
  readonly redeliver: (region: string, options?: RedeliverOptions) => Promise<readonly Redelivered[]>;
  /**
   * Stops a send in whatever state it is. Nothing of it is sent after the answer.
   *
   * @returns how many recipients were stopped, and for how many it was too late
   * @throws ProducerError `VOLLEY_UNKNOWN_SEND`; `VOLLEY_WORKER_SILENT` when nobody has counted in time: nothing more of
   *   it is sent all the same, but only a worker takes back what the provider has accepted for later, and none does while
   *   the region is paused
   */
  readonly cancel: (id: string, options?: RegionOption & WaitOption) => Promise<Cancellation>;
  /**
   * Sends once more, as a send of its own, to those whom a settled send certainly did not reach: rejected by the
   * provider, expired or canceled. A second call returns the same send.
   *
   * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, `VOLLEY_SEND_NOT_SETTLED`, `VOLLEY_NOBODY_LEFT`;
   *   `VOLLEY_IDEMPOTENCY_CONFLICT` where it was sent to once more before, with other changes
   */
  readonly retry: (id: string, options?: RegionOption & ChangesOption) => Promise<Enqueued>;
  /**
   * Writes down what a person has found out about recipients whom nobody knew anything about. Those who were `not_sent`
   * to are sent to in a send of their own.
   *
   * @returns that send, or `null` when they were texted
   * @throws ProducerError as `retry`, and `VOLLEY_WORKER_SILENT`
   */
  readonly resolve: (
    id: string,
    decision: "sent" | "not_sent",
    options?: RegionOption & ChangesOption & WaitOption,
  ) => Promise<Enqueued | null>;
  /**
   * Reads and changes the limits of a region while its workers run, and pauses it.
   *
   * @throws ProducerError `VOLLEY_INVALID_REGION`
   */
  readonly region: (name: string) => RegionControl;
  /** Who must not be texted. */
  readonly suppressions: SuppressionControl;
  /** Where events are delivered to over HTTP. */
  readonly endpoints: EndpointControl;
  /** Who may use the HTTP API. */
  readonly keys: KeyControl;
  /**
   * The regions on which workers have ever worked.
   *
   * @param among - those of these, in their order. @default all, by name; those of workers that started before they kept
   *   this list are missing in it until they start anew
   * @throws ProducerError `VOLLEY_INVALID_REGION`
   */
  readonly servedRegions: (among?: readonly string[]) => Promise<string[]>;
  /**
   * Waits until every call under way is answered, those of `coalesce` at once, then ends the connection unless it is the
   * caller's. One that waits for a worker is answered at once with `VOLLEY_WORKER_SILENT`: it is written down. A call that is made after it
   * rejects with `VOLLEY_PRODUCER_CLOSED`.
   */
  readonly close: () => Promise<void>;
};

const WAIT_MS = 60_000;

/** The calls about a send that is known by its ID. */
function followed(
  follow: (id: string, region: string | undefined) => FollowedSend,
): Pick<Producer, "status" | "origin" | "explain" | "batches" | "deliveries" | "cancel" | "retry" | "resolve"> {
  return {
    status: async (id, { region, eta } = {}) => follow(id, region).status(eta),
    origin: async (id, { region } = {}) => follow(id, region).origin(),
    explain: async (id, { region } = {}) => follow(id, region).explain(),
    batches: async (id, { region, ...page } = {}) => follow(id, region).batches(page),
    deliveries: async (id, { region, ...page } = {}) => follow(id, region).deliveries(page),
    cancel: async (id, { region, waitMs = WAIT_MS } = {}) => follow(id, region).cancel(waitMs),
    retry: async (id, { region, changes = {} } = {}) => follow(id, region).retry(changes),
    resolve: async (id, decision, { region, changes = {}, waitMs = WAIT_MS } = {}) =>
      follow(id, region).resolve({ decision, changes, waitMs }),
  };
}

/** What has come back, page by page. */
function wayBack(stores: AllStores): Pick<Producer, "inbounds" | "events" | "forget"> {
  return {
    forget: async (number, wanted) => forgetEverywhere(stores, number, wanted),
    inbounds: async (wanted = {}) => readAllInbounds(stores, wanted),
    events: async (wanted = {}) => readAllEvents(stores, wanted),
  };
}

/**
 * Creates a producer. It connects at its first call, and every call ends within its deadline.
 *
 * @throws TypeError for an option that there is not or that is wrong, `connection` among them
 * @throws ProducerError `VOLLEY_INVALID_ROUTES`
 */
export function createProducer(options: ProducerOptions): Producer {
  const { redis, connection = redis, prefix = DEFAULT_PREFIX, timeoutMs = 5_000 } = requireProducerOptions(options);
  const routes = requireRoutes(options.routes);
  const { now = () => new Date() } = options;
  const stores = createStores(options, connection, { prefix, timeoutMs, now, filters: createFilterPool() });
  const { context: home } = stores.home;
  const of = (region: string | undefined) => (region === undefined ? home : stores.of(region).context);
  const coalescer = createCoalescer((region) => of(region), now, options.coalesce);
  const open = createOpenCalls();
  const calls: Omit<Producer, "region" | "suppressions" | "endpoints" | "keys" | "servedRegions" | "close"> = {
    enqueue: async (given, ofCall) => {
      const send = withoutNulls(given);
      if (ofCall.region === AUTO_REGION) return enqueueAuto(home, routes, send, ofCall);
      return enqueueSend(of(ofCall.region), send, ofCall);
    },
    coalesce: coalescer.coalesce,
    check: async (send, checkOptions) => checkSend(of(checkOptions?.region), withoutNulls(send), checkOptions),
    isKeyUsed: async ({ region, idempotencyKey }) => {
      if (region !== AUTO_REGION) requireRegion(region);
      requireKey(idempotencyKey);
      return isClaimed(of(region), { id: sendId(region, idempotencyKey), region });
    },
    ...followed((id, region) => {
      if (isRoutedId(id)) return followAuto(home, id);
      const address = addressOf(id, region);
      return followSend(of(address.region), address);
    }),
    ...wayBack(stores),
    list: async (wanted = {}) => listSends(stores, wanted, now()),
    redeliver: async (region, ofCall) => redeliver(of(region), region, ofCall),
  };
  return {
    ...open.track(calls, requireCall),
    region: (name) => open.track(controlRegion(of(name), name)),
    suppressions: open.track(controlAllSuppressions(stores)),
    endpoints: open.track(controlAllEndpoints(stores, now)),
    keys: open.track(controlKeys(home, now)),
    ...open.track({ servedRegions: async (among?: readonly string[]) => servedIn(stores, among) }),
    close: async () => {
      for (const { context } of stores.all) context.stopWaiting();
      // What waits to be gathered with others goes at once.
      await Promise.all([open.close(), coalescer.close()]);
      await Promise.all(stores.all.map(async ({ context }) => context.close()));
    },
  };
}
