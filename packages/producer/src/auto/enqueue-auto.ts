import { AUTO_REGION, InvalidSendError, type Parameters, readSend, type Routes, sendId } from "@volley/contract";
import type { AdditionState } from "../claim/add-with-claims.ts";
import { conflict, isClaimed } from "../claim/claim.ts";
import {
  afterAdding,
  copyOf,
  delayOf,
  type Enqueued,
  type EnqueueOptions,
  type EnqueueSettings,
} from "../enqueue/enqueue.ts";
import { type Duplicates, readDuplicates } from "../duplicates/duplicates.ts";
import { enqueueGuarded } from "../duplicates/add-guarded.ts";
import { leavingOut, type ListCounts } from "../terms/list-counts.ts";
import { splitParameters } from "../recipients/own-values.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { isSource, type SendToMany } from "../recipients/recipient-source.ts";
import { requireKey } from "../terms/require-argument.ts";
import { readWithoutRecipients, requireGood, requireInTime } from "../terms/read-message.ts";
import { addRouted, childIdOf } from "./add-auto.ts";
import { refuseNobody, type RoutedIntake, type RoutedIntakeInput, takeRouted } from "./take-routed.ts";
import { type RouteRecord, readRouteRecord } from "./auto-record.ts";
import { restOf, type RoutedRest } from "./rest-by-region.ts";
import { createRoutedStaging, type RoutedStaging } from "./stage-by-region.ts";
import { createRouteTable } from "./route-table.ts";
import { stageLife } from "../terms/stage-life.ts";

/** What a routed send is enqueued with. */
type Request = RoutedIntakeInput & {
  readonly id: string;
  readonly parameters: Parameters;
  readonly delayMs: () => number;
  /** How long its stages live from when it is added. */
  readonly keepMs: () => number;
  /** When it is due; `null` means at once. */
  readonly sendAt: Date | null;
  readonly duplicates: Duplicates | null;
};

/** What came of it. */
type Outcome = Pick<Enqueued, "alreadyEnqueued" | "recipients" | "duplicates"> & {
  readonly children: RouteRecord["children"];
};

/**
 * Puts a send on the queues of several regions, each recipient on that of its number, once per idempotency key. Everybody
 * is staged first, and then one send per region is added: a source that fails before its end sends nothing anywhere.
 *
 * Between two of those sends the process may die. A record says beforehand what is about to be enqueued, and by which
 * routes: the same call then adds the sends that are missing, and moves nobody to another region.
 */
export async function enqueueRouted(
  access: QueueAccess,
  settings: EnqueueSettings,
  routes: Routes,
  send: SendToMany,
  options: EnqueueOptions,
): Promise<Enqueued> {
  const { idempotencyKey, onProgress, signal } = options;
  signal?.throwIfAborted();
  requireKey(idempotencyKey);
  const duplicates = readDuplicates(options.duplicates);
  const { leadMs, now } = settings;
  const { to, ...given } = Object(send) as SendToMany;
  const ready = requireGood(readWithoutRecipients(given, now()));
  const id = sendId(AUTO_REGION, idempotencyKey);
  const source = requireSource(to, send, now());
  const known = await readRouteRecord(access, id);
  if (known === null || !(await isBegun(access, known))) requireInTime(ready, now());
  const request = {
    id,
    message: copyOf(given),
    parameters: ready.parameters,
    sendAt: ready.sendAt,
    duplicates,
    recipients: source,
    routeOf: createRouteTable(known?.routes ?? routes),
    onProgress,
    signal,
    delayMs: () => delayOf(ready, now(), leadMs),
    keepMs: () => stageLife(ready, now()),
  };
  signal?.throwIfAborted();
  const { children, ...outcome } =
    known?.state === "enqueued"
      ? await compare(settings, request, known)
      : await stageAndAdd(access, settings, request, known?.routes ?? routes);
  const added = children.map((child) => ({ ...child, alreadyEnqueued: outcome.alreadyEnqueued }));
  const warnings = await Promise.all(added.map(async (child) => afterAdding(access, settings, send, child)));
  return { id, region: AUTO_REGION, ...outcome, warnings: warnings.flat() };
}

/** Whether a send of some region is on its queue, or was: the same call then adds what is missing, also late. */
async function isBegun(access: QueueAccess, { state, children }: RouteRecord): Promise<boolean> {
  if (state === "enqueued") return true;
  const added = await Promise.all(children.map(async (child) => isClaimed(access, child)));
  return added.includes(true);
}

/** All of it is enqueued: it is only checked that it is the same, for which nothing has to be staged. */
async function compare(settings: EnqueueSettings, request: Request, known: RouteRecord): Promise<Outcome> {
  const { fingerprint } = await takeRouted(settings, request, null);
  if (fingerprint !== known.fingerprint) throw conflict();
  return { alreadyEnqueued: true, recipients: known.counts, children: known.children };
}

/** Stages that are about to be filled, and what goes with them. */
type Prepared = Pick<RouteRecord, "routes"> & { readonly staging: RoutedStaging; readonly common: object };

async function stageAndAdd(
  access: QueueAccess,
  settings: EnqueueSettings,
  request: Request,
  routes: Routes,
): Promise<Outcome> {
  await settings.budget.ensure(true);
  const { common, listed } = splitParameters(request.parameters);
  const staging = createRoutedStaging(access, { ...settings, listed, routeOf: request.routeOf });
  try {
    return await takeAndAdd(access, settings, request, { routes, staging, common });
  } finally {
    // Those that no send has: all of them after a failure, or lists that somebody was left out of.
    await staging.discard();
  }
}

async function takeAndAdd(
  access: QueueAccess,
  settings: EnqueueSettings,
  request: Request,
  { routes, staging, common }: Prepared,
): Promise<Outcome> {
  const { id, message, parameters: defaults, sendAt, duplicates } = request;
  const taken = await takeRouted(settings, request, staging).finally(staging.close);
  const { staged: valid, duplicate } = staging.counts();
  if (valid === 0) refuseNobody(message, taken, settings.now());
  const lists = staging.regions().map(({ region, stage, staged }) => {
    return { region, id: childIdOf(region, id), size: staged(), pages: stage.readBack };
  });
  const isGuarded = duplicates !== null && !(await areAdded(access, lists));
  const state = { isHandedOver: false };
  return enqueueGuarded(
    access,
    settings,
    isGuarded ? { message, defaults, lists, whole: id, sendAt, duplicates } : null,
    {
      mayBeAdded: () => state.isHandedOver,
      add: async (sentTo) => {
        const rest = restOf(staging, sentTo);
        const counts = { ...taken.counts, valid, duplicate };
        try {
          return await addRest(access, settings, request, { routes, common, taken, counts, rest, state });
        } finally {
          await rest.discard();
        }
      },
    },
  );
}

async function addRest(
  access: QueueAccess,
  settings: EnqueueSettings,
  { id, message, delayMs, keepMs }: Request,
  { routes, common, taken, counts, rest, state }: Omit<Prepared, "staging"> & RoutedList,
): Promise<Outcome> {
  const children = rest.regions().map(({ region, staged }) => {
    return { region, id: childIdOf(region, id), recipients: staged() };
  });
  const left = leavingOut(
    counts,
    children.reduce((sum, { recipients }) => sum + recipients, 0),
  );
  const { refused, fingerprint } = taken;
  const record: RouteRecord = { state: "begun", fingerprint, routes, children, counts: left, refused };
  const alreadyEnqueued = await addRouted(access, settings, {
    id,
    record,
    message: { ...message, parameters: Object.keys(common).length > 0 ? common : undefined },
    staging: rest,
    state,
    delayMs,
    keepMs: keepMs(),
  });
  return { alreadyEnqueued, recipients: left, children };
}

/** What was read of a source, and those of it who are sent to. */
type RoutedList = {
  readonly taken: RoutedIntake;
  readonly counts: ListCounts;
  readonly rest: RoutedRest;
  readonly state: AdditionState;
};

/** Whether every one of the sends is on its queue, or was: nobody is looked for then. */
async function areAdded(access: QueueAccess, sends: readonly SendAddress[]): Promise<boolean> {
  const added = await Promise.all(sends.map(async (send) => isClaimed(access, send)));
  return added.every(Boolean);
}

/** @throws InvalidSendError when it is no list and yields nothing */
function requireSource(to: unknown, send: SendToMany, now: Date): Iterable<unknown> | AsyncIterable<unknown> {
  if (isSource(to)) return to;
  requireGood(readSend(send, now));
  throw new InvalidSendError([{ field: "to", message: "expected a list of recipients" }]);
}
