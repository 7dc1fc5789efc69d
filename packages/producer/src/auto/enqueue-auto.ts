import {
  AUTO_REGION,
  InvalidSendError,
  type Problem,
  readSend,
  type Routes,
  sendId,
  wrongRecipient,
} from "@volley/contract";
import { conflict, differingCounts, isClaimed } from "../claim/claim.ts";
import { namingDifferences } from "../claim/name-differences.ts";
import { addGuarded, type SentTo } from "../duplicates/add-guarded.ts";
import { readDuplicates } from "../duplicates/duplicates.ts";
import { afterAdding } from "../enqueue/after-adding.ts";
import type { Enqueued, EnqueueOptions, Outcome, RoutedContext, Target } from "../enqueue/enqueue-terms.ts";
import { splitParameters } from "../recipients/own-values.ts";
import { isSource, type SendToMany } from "../recipients/recipient-source.ts";
import type { SendAddress, StoredAccess } from "../redis/queue-access.ts";
import { type ListInput, type TakenList, takeList } from "../staging/take-list.ts";
import { leavingOut } from "../terms/list-counts.ts";
import {
  copyOf,
  nobodyLeft,
  readWithoutRecipients,
  requireGood,
  requireInTime,
  type Times,
} from "../terms/read-message.ts";
import { ProducerError } from "../terms/producer-error.ts";
import { requireKey } from "../terms/require-argument.ts";
import { addRouted, childIdOf } from "./add-auto.ts";
import { type RouteRecord, readRouteRecord } from "./auto-record.ts";
import { createRouteTable, type RouteTable } from "./route-table.ts";
import { createRoutedStaging, type RegionStage, type RoutedStaging } from "./stage-by-region.ts";

/** What a routed send is enqueued with. */
type Request = Omit<Target, "region"> &
  ListInput & { readonly times: Times; readonly routes: Routes; readonly routeOf: RouteTable };

/** What came of it. */
type RoutedOutcome = Outcome & Pick<RouteRecord, "children">;

/** Recipients that are named among the problems of a send that is refused. */
const MOST_NAMED = 20;

/**
 * Puts a send on the queues of several regions, each recipient on that of its number, once per idempotency key. Everybody
 * is staged first, and then one send per region is added: a source that fails before its end sends nothing anywhere.
 *
 * Between two of those sends the process may die. A record says beforehand what is about to be enqueued, and by which
 * routes: the same call then adds the sends that are missing, and moves nobody to another region.
 *
 * @param configured - `null` where the producer has no routes
 */
export async function enqueueAuto(
  context: RoutedContext,
  configured: Routes | null,
  send: SendToMany,
  { idempotencyKey, duplicates, ...options }: EnqueueOptions,
): Promise<Enqueued> {
  requireConfigured(configured);
  options.signal?.throwIfAborted();
  requireKey(idempotencyKey);
  const { now } = context;
  const ofCall = { id: sendId(AUTO_REGION, idempotencyKey), duplicates: readDuplicates(duplicates) };
  const { to, ...given } = Object(send) as SendToMany;
  const times = requireGood(readWithoutRecipients(given, now()));
  const recipients = requireSource(to, send, now());
  const message = copyOf(given);
  const known = await readRouteRecord(context, ofCall.id);
  if (known === null || !(await isBegun(context, known))) requireInTime(times, now());
  options.signal?.throwIfAborted();
  const routes = known?.routes ?? configured;
  const list = { message, parameters: times.parameters, recipients, routes, routeOf: createRouteTable(routes) };
  const request = { ...options, ...ofCall, ...list, times };
  const enqueued = known?.state === "enqueued" ? compare(context, request, known) : stageAndAdd(context, request);
  const { children, ...outcome } = await enqueued.catch(async (error: unknown) => {
    const [child] = (await readRouteRecord(context, ofCall.id).catch(() => null))?.children ?? [];
    throw child ? await namingDifferences(context.of(child.region), child, message, error) : error;
  });
  const added = children.map((child) => ({ ...child, alreadyEnqueued: outcome.alreadyEnqueued }));
  const warnings = await Promise.all(added.map(async (child) => afterAdding(context.of(child.region), send, child)));
  return { id: ofCall.id, region: AUTO_REGION, ...outcome, warnings: warnings.flat() };
}

function requireConfigured(routes: Routes | null): asserts routes is Routes {
  if (routes !== null) return;
  throw new ProducerError("VOLLEY_INVALID_REGION", 'region: "auto" needs routes (an option of the producer), got none');
}

/** Whether a send of some region is on its queue, or was: the same call then adds what is missing, also late. */
async function isBegun(access: StoredAccess, { state, children }: RouteRecord): Promise<boolean> {
  return state === "enqueued" || (await areClaimed(access, children)).includes(true);
}

async function areClaimed(access: StoredAccess, sends: readonly SendAddress[]): Promise<boolean[]> {
  return Promise.all(sends.map(async (send) => isClaimed(access.of(send.region), send)));
}

/** All of it is enqueued: it is only checked that it is the same, for which nothing has to be staged. */
async function compare(context: RoutedContext, request: Request, known: RouteRecord): Promise<RoutedOutcome> {
  const { fingerprint, counts } = await takeList(context, request, null);
  if (fingerprint !== known.fingerprint) throw conflict(differingCounts(known.counts, counts));
  return { alreadyEnqueued: true, recipients: known.counts, children: known.children };
}

async function stageAndAdd(context: RoutedContext, request: Request): Promise<RoutedOutcome> {
  await context.budget.ensure(true);
  const { common, listed } = splitParameters(request.parameters);
  const staging = createRoutedStaging(context, request.routeOf, listed);
  try {
    const taken = await takeList({ ...context, budget: staging }, request, staging).finally(staging.close);
    await staging.ensure(true);
    return await addTaken(context, { ...request, common }, taken, staging);
  } finally {
    // Those that no send has: all of them after a failure, or lists that somebody was left out of.
    await staging.discard();
  }
}

async function addTaken(
  context: RoutedContext,
  { id, message, parameters, common, times, routes, duplicates }: Request & { readonly common: Record<string, object> },
  { rejections, fingerprint, ...taken }: TakenList,
  staging: RoutedStaging,
): Promise<RoutedOutcome> {
  const { staged: valid, duplicate } = staging.counts();
  if (valid === 0) throw new InvalidSendError(nobodyRouted(message, rejections, context.now()));
  const counts = { ...taken.counts, valid, duplicate };
  const lists = staging.regions().map(({ region, stage, recipients }) => {
    return { region, id: childIdOf(region, id), size: recipients, pages: stage.readBack };
  });
  const isGuarded = duplicates !== null && !(await areClaimed(context, lists)).every(Boolean);
  const sends = { message, defaults: parameters, lists, whole: id, sendAt: times.sendAt };
  return addGuarded(context, isGuarded ? { ...sends, duplicates } : null, async (sentTo, state) => {
    const regions = restOf(staging.regions(), sentTo);
    const children = regions.map(({ region, recipients }) => ({ region, id: childIdOf(region, id), recipients }));
    const recipients = leavingOut(
      counts,
      children.reduce((sum, child) => sum + child.recipients, 0),
    );
    const record: RouteRecord = {
      state: "begun",
      fingerprint,
      routes,
      children,
      counts: recipients,
      rejected: rejections.map((entry) => {
        const reason = entry.reason ?? wrongRecipient(entry.recipient) ?? "invalid_msisdn";
        return { ...entry, reason, by: "volley" };
      }),
    };
    const alreadyEnqueued = await addRouted(context, { id, record, message, common, times, regions }, state);
    return { alreadyEnqueued, recipients, children };
  });
}

/** The stages that the sends go by: others, or none, where somebody is left out. @param sentTo - see {@link addGuarded} */
function restOf(staged: readonly RegionStage[], sentTo: readonly SentTo[]): RegionStage[] {
  return staged.flatMap((each, index) => {
    const to = sentTo[index];
    if (to?.kind === "nobody") return [];
    return to?.kind === "rest" ? [{ region: each.region, stage: to.stage, recipients: to.recipients }] : [each];
  });
}

/** What is wrong with a send of which nobody is left: the first entries that were rejected, and why. */
function nobodyRouted(message: object, rejections: TakenList["rejections"], now: Date): readonly Problem[] {
  const unrouted = rejections.filter(({ reason }) => reason === "no_route").slice(0, MOST_NAMED);
  if (unrouted.length === 0) return nobodyLeft(message, rejections, now);
  return unrouted.map(({ index }) => {
    return { field: `to[${index}]`, message: "expected a recipient with a route, got one that no prefix covers" };
  });
}

/** @throws InvalidSendError when it is no list and yields nothing */
function requireSource(to: unknown, send: SendToMany, now: Date): Iterable<unknown> | AsyncIterable<unknown> {
  if (isSource(to)) return to;
  requireGood(readSend(send, now));
  throw new InvalidSendError([{ field: "to", message: "expected a list of recipients" }]);
}
