import { sendResultSchema } from "@volley/contract";
import { EXPLAIN_REASONS } from "@volley/producer";
import { z } from "zod";

const time = z.iso.datetime();

const count = z.int().min(0);

const DELIVERY = z
  .object({
    delivered: count,
    unknown: count,
    queued: count,
    dispatched: count,
    unreported: count,
    open: count,
    by_code: z.record(z.string(), count),
    last_at: z.string().nullable(),
    retried_as: z.string().optional(),
  })
  .catchall(count)
  .meta({ id: "Delivery", description: "How far its messages are, by the provider's reports, in recipients." });

const HOLD = z.object({
  region: z.string(),
  state: z.enum(["open", "paused", "unattended", "suspended", "held"]),
  reason: z.string().nullable(),
  since: z.string().nullable(),
  nextProbe: z.string().nullable(),
});

/** Where a send is, as `producer.status` and `volley status --json` say it. */
export const SEND_STATUS = z
  .object({
    id: z.string(),
    label: z.string().optional(),
    region: z.string(),
    state: z.enum(["scheduled", "queued", "sending", "settled", "failed"]),
    parts: z.object({ total: count, done: count }).nullable(),
    until: time.nullable(),
    result: sendResultSchema.nullable(),
    eta: time.nullable(),
    sendAt: time.optional(),
    holds: z.array(HOLD).optional(),
    unreachable: z
      .array(z.string())
      .optional()
      .meta({ description: "Regions whose own Redis cannot be reached: nothing here is of them." }),
    cancelAskedAt: time.optional(),
    delivery: DELIVERY.nullable(),
    failure: z.string().nullable(),
    last: z.object({ outcome: z.string(), code: z.string(), at: z.string() }).nullable(),
  })
  .meta({ id: "SendStatus", description: "Where a send is, and its result." });

/** Why a send is where it is, as `producer.explain` and `volley explain --json` say it. */
export const EXPLANATION = z
  .object({
    id: z.string(),
    region: z.string(),
    reason: z.enum(EXPLAIN_REASONS),
    since: z.string().nullable(),
    until: z.string().nullable(),
    sentence: z.string(),
  })
  .meta({ id: "Explanation", description: "Why a send has not been sent, or what it came to." });

/** What a cancellation came to, in recipients. */
export const CANCELLATION = z
  .object({ stopped: count.nullable(), tooLate: count.nullable(), unknown: count.nullable() })
  .meta({
    id: "Cancellation",
    description: "How many were stopped, and for how many it was too late; null while nobody has counted.",
  });

const cursor = z
  .string()
  .nullable()
  .meta({ description: "For the next page, which may be empty; null where there is none." });

export const BATCHES_PAGE = z
  .object({ batches: sendResultSchema.shape.batches, errors: sendResultSchema.shape.errors, cursor })
  .meta({ id: "BatchesPage", description: "Batches that the provider has accepted." });

export const DELIVERIES_PAGE = z
  .object({
    deliveries: z.array(
      z.object({
        recipient: z.string(),
        batch_id: z.string(),
        status: z.string(),
        code: z.int().nullable(),
        at: z.string(),
        is_final: z.boolean(),
      }),
    ),
    cursor,
  })
  .meta({ id: "DeliveriesPage", description: "What became of the messages to recipients." });
