import { LIMITS, sendId } from "@volley/contract";
import { addStaged } from "../claim/add-send.ts";
import type { AdditionState } from "../claim/add-together.ts";
import { conflict, differingCounts, printOf } from "../claim/claim.ts";
import type { RoutedContext } from "../enqueue/enqueue-terms.ts";
import { CANCELED_FOR_MS } from "../follow/cancel-send.ts";
import { delayOf } from "../terms/hand-over.ts";
import { isElsewhere } from "../redis/queue-access.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { Times } from "../terms/read-message.ts";
import { rememberedFor } from "../terms/remember-settings.ts";
import { beginRouteRecord, finishRouteRecord, type RouteRecord } from "./auto-record.ts";
import type { RegionStage } from "./stage-by-region.ts";

/** Sends of several regions that are ready to be put on their queues. */
export type RoutedAddition = {
  /** Of all of them together. */
  readonly id: string;
  readonly record: RouteRecord;
  /** The send without its recipients and their values. */
  readonly message: object;
  /** The values that are for everybody. */
  readonly common: Readonly<Record<string, object>>;
  readonly times: Times;
  readonly regions: readonly RegionStage[];
};

/**
 * The ID of the send of one region, which depends on nothing but it and the whole. Its key is no caller's own, which may
 * be in use there already and would stop it half-way.
 */
export function childIdOf(region: string, id: string): string {
  return sendId(region, `routed ${id}`);
}

/**
 * Adds one send per region. Each step may be the last one of a process that dies:
 *
 * - before the record is begun: nothing is enqueued, the stages expire, and the key is as good as new;
 * - before all sends are there: the next call with the same key stages anew, by the record's routes; the sends that are
 *   there are found by their own claims, and their stages removed; the others are added;
 * - before the record is finished: likewise, and there is nothing to be added.
 *
 * @param state - told when the first send may be on its queue
 * @returns whether every send was on its queue before
 */
export async function addRouted(
  context: RoutedContext,
  { id: whole, record, regions, ...send }: RoutedAddition,
  state: AdditionState,
): Promise<boolean> {
  const remembered = rememberedFor(
    context,
    delayOf(send.times, 0, context.now()) + beyondOf(context, record, send.times),
  );
  requireSame(record, await beginRouteRecord(context, { id: whole, record, ...remembered }));
  const print = printOf(record.fingerprint);
  let wereThere = true;
  for (const { region, stage, recipients } of regions) {
    const counts = { requested: recipients, valid: recipients, duplicate: 0, rejected: 0 };
    const child = { ...send, region, id: childIdOf(region, whole), stage, counts, print, rejections: [] };
    const { alreadyEnqueued } = await addStaged(
      { ...context.of(region), whole: { id: whole, kind: "auto" } },
      child,
      state,
    );
    wereThere &&= alreadyEnqueued;
  }
  await finishRouteRecord(context, { id: whole, record, ...remembered });
  return wereThere;
}

/**
 * How much longer a record is kept where Redis cannot see by itself whether anything of its sends is there, in milliseconds:
 * until all is gone that is kept of a send after its end.
 */
function beyondOf(context: RoutedContext, { children }: RouteRecord, { expireAt }: Times): number {
  if (!children.some(({ region }) => isElsewhere(context, region))) return 0;
  const untilExpiry = expireAt === null ? LIMITS.expiryMs : Math.max(0, expireAt.getTime() - context.now().getTime());
  return untilExpiry + CANCELED_FOR_MS;
}

/** Another call with the same key may have begun meanwhile. */
function requireSame(record: RouteRecord, begun: RouteRecord | null): void {
  if (begun === null) return;
  if (begun.fingerprint !== record.fingerprint) throw conflict(differingCounts(begun.counts, record.counts));
  if (JSON.stringify(begun.routes) === JSON.stringify(record.routes)) return;
  throw new ProducerError(
    "VOLLEY_IDEMPOTENCY_CONFLICT",
    "another call with the same idempotency key has begun with other routes; the same call again goes by those",
  );
}
