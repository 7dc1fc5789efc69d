import { claimKey, sendId, type StagedSend } from "@volley/contract";
import { addStaged, type AdditionState } from "./add-staged.ts";
import { conflict } from "./claim.ts";
import { claimInputOf, type EnqueueSettings } from "./enqueue.ts";
import { ProducerError } from "./producer-error.ts";
import type { QueueAccess } from "./queue-access.ts";
import { beginRouteRecord, finishRouteRecord, type RouteRecord } from "./route-record.ts";
import type { RegionStage, RoutedStaging } from "./route-staging.ts";

/** Sends of several regions that are ready to be put on their queues. */
export type RoutedAddition = {
  /** Of all of them together. */
  readonly id: string;
  readonly idempotencyKey: string;
  readonly record: RouteRecord;
  /** The send without its recipients. */
  readonly message: object;
  readonly staging: Pick<RoutedStaging, "regions" | "release">;
  readonly delayMs: () => number;
  /** How long each stage lives from now on. */
  readonly keepMs: number;
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
  const ttlMs = delayMs() + settings.rememberMs;
  requireSame(addition, await beginRouteRecord(access, { id, record, ttlMs }));
  let wereThere = true;
  for (const region of staging.regions()) {
    const wasThere = await addRegion(access, settings, addition, region);
    wereThere &&= wasThere;
  }
  const claims = record.children.map((child) => claimKey(access.prefix, child.id));
  if (await finishRouteRecord(access, { id, record, ttlMs }, claims)) return wereThere;
  throw new ProducerError("VOLLEY_REDIS_UNAVAILABLE", "Redis forgot a send right after it was added");
}

async function addRegion(
  access: QueueAccess,
  settings: EnqueueSettings,
  { id: parent, record, message, staging, delayMs, keepMs }: RoutedAddition,
  { region, stage, staged }: RegionStage,
): Promise<boolean> {
  const id = childIdOf(region, parent);
  const [valid, delay] = [staged(), delayMs()];
  const data = { ...message, staged: { id: stage.id, recipients: valid } } as unknown as StagedSend;
  const target = { id, region, idempotencyKey: childKeyOf(parent) };
  const claimInput = claimInputOf(access, settings, target, { fingerprint: record.fingerprint, delay });
  const counts = { requested: valid, valid, duplicate: 0, rejected: 0 };
  const addition = { queue: access.queueOf(region), id, data, delayMs: delay, stage, keepMs, counts, claimInput };
  const state: AdditionState = { isHandedOver: false };
  try {
    return await access.link.run(async (stillWanted) => addStaged(addition, state, stillWanted));
  } finally {
    if (state.isHandedOver) staging.release(region);
  }
}

/** Another call with the same key may have begun meanwhile. */
function requireSame({ record, idempotencyKey }: RoutedAddition, begun: RouteRecord | null): void {
  if (begun === null) return;
  if (begun.fingerprint !== record.fingerprint) throw conflict(idempotencyKey);
  if (JSON.stringify(begun.routes) === JSON.stringify(record.routes)) return;
  throw new ProducerError(
    "VOLLEY_IDEMPOTENCY_CONFLICT",
    `idempotency key ${JSON.stringify(idempotencyKey)}: another call has begun it with other routes; the same call again goes by those`,
  );
}
