import { sendId, type StagedSend } from "@volley/contract";
import type { AdditionState } from "../claim/add-with-claims.ts";
import { addStaged } from "../claim/add-staged.ts";
import { conflict, printOf } from "../claim/claim.ts";
import type { EnqueueSettings } from "../enqueue/enqueue.ts";
import { ProducerError } from "../terms/producer-error.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { unavailable } from "../redis/redis-error.ts";
import { rememberedFor } from "../terms/remember-settings.ts";
import { beginRouteRecord, finishRouteRecord, type RouteRecord } from "./auto-record.ts";
import type { RegionStage, RoutedStaging } from "./stage-by-region.ts";

/** Sends of several regions that are ready to be put on their queues. */
export type RoutedAddition = {
  /** Of all of them together. */
  readonly id: string;
  readonly record: RouteRecord;
  /** The send without its recipients. */
  readonly message: object;
  readonly staging: Pick<RoutedStaging, "regions">;
  readonly delayMs: () => number;
  /** How long each stage lives from now on. */
  readonly keepMs: number;
  /** Told when the first send may be on its queue. */
  readonly state: AdditionState;
};

/** The key of a region's send: no caller's own, which may be in use there already and would stop it half-way. */
function childKeyOf(id: string): string {
  return `routed ${id}`;
}

/** The ID of the send of one region, which depends on nothing but it and the whole. */
export function childIdOf(region: string, id: string): string {
  return sendId(region, childKeyOf(id));
}

/**
 * Adds one send per region. Each step may be the last one of a process that dies:
 *
 * - before the record is begun: nothing is enqueued, the stages expire, and the key is as good as new;
 * - before all sends are there: the next call with the same key stages anew, by the record's routes; the sends that are
 *   there are found by their own claims, and their stages removed; the others are added;
 * - before the record is finished: likewise, and there is nothing to be added.
 *
 * @returns whether every send was on its queue before
 */
export async function addRouted(
  access: QueueAccess,
  settings: EnqueueSettings,
  addition: RoutedAddition,
): Promise<boolean> {
  const { id, record, staging, delayMs } = addition;
  const remembered = rememberedFor(settings, delayMs());
  requireSame(addition, await beginRouteRecord(access, { id, record, ...remembered }));
  let wereThere = true;
  for (const region of staging.regions()) {
    const wasThere = await addRegion(access, settings, addition, region);
    wereThere &&= wasThere;
  }
  if (await finishRouteRecord(access, { id, record, ...remembered })) return wereThere;
  throw unavailable("Redis forgot a send right after it was added");
}

async function addRegion(
  access: QueueAccess,
  settings: EnqueueSettings,
  { id: parent, record, message, delayMs, keepMs, state: ofAll }: RoutedAddition,
  { region, stage, staged }: RegionStage,
): Promise<boolean> {
  const id = childIdOf(region, parent);
  const [valid, delay] = [staged(), delayMs()];
  const data = { ...message, staged: { id: stage.id, recipients: valid } } as unknown as StagedSend;
  const claim = {
    print: printOf(record.fingerprint),
    what: { requested: valid, valid, duplicate: 0, rejected: 0 },
  };
  const state = { isHandedOver: false };
  try {
    return (
      (await addStaged(access, settings, stage, { region, id, data, delayMs: delay, keepMs, claim }, state)) !== null
    );
  } finally {
    ofAll.isHandedOver ||= state.isHandedOver;
  }
}

/** Another call with the same key may have begun meanwhile. */
function requireSame({ record }: RoutedAddition, begun: RouteRecord | null): void {
  if (begun === null) return;
  if (begun.fingerprint !== record.fingerprint) throw conflict();
  if (JSON.stringify(begun.routes) === JSON.stringify(record.routes)) return;
  throw new ProducerError(
    "VOLLEY_IDEMPOTENCY_CONFLICT",
    "another call with the same idempotency key has begun with other routes; the same call again goes by those",
  );
}
