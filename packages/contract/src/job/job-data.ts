import { z } from "zod";
import { LIMITS } from "../values/send-limits.ts";
import { isNestedDeeper } from "../values/nesting.ts";
import { sendResultSchema } from "./result.ts";

const count = z.int().min(0).max(LIMITS.stagedRecipients);

const rejection = z.object({
  index: count,
  recipient: z.string(),
  reason: z.literal("missing_parameter").optional(),
});

const message = z.record(z.string(), z.json());

const values = z.record(z.string(), z.record(z.string(), z.string()));

/**
 * A send whose parts are on the queue: the worker has dropped the recipients from its data and kept what is needed to
 * settle it.
 */
const plannedSendSchema = z.strictObject({
  message,
  planned: z.object({
    parts: z.int().min(1),
    requested: count,
    duplicate: count,
    rejected: count,
    rejections: z.array(rejection),
    /** Indexes of the caller's entries that are in no part; empty when they were too many to keep. */
    skipped: z.array(count),
    /** The stage that its recipients are in; it goes when the send is settled. */
    stage: z.string().optional(),
    /** Beside a stage: the values that are for everybody. */
    parameters: values.optional(),
  }),
});

/** Whom a send or part has not reached, so that they can be sent to once more. */
const unsent = z.object({
  /** Rejected by the provider, expired or canceled: certainly not texted. */
  certain: z.array(z.string()),
  /** Perhaps texted: nobody knows. */
  unknown: z.array(z.string()),
  parameters: values.optional(),
});

/**
 * A send or part whose result is known: the worker has dropped the recipients who were accepted, and only completion is
 * left.
 */
const settledSendSchema = z.strictObject({
  message,
  settled: sendResultSchema,
  unsent: unsent.optional(),
  /** Of a send that was split: how many parts its batches and errors are in. */
  parts: z.int().min(1).optional(),
  /** The stage with the recipients of parts that have no job any more, and the values that are for everybody. */
  kept: z.object({ stage: z.string(), parameters: values.optional() }).optional(),
});

/** Whom a settled send has not reached. */
export type Unsent = z.infer<typeof unsent>;

/** See {@link plannedSendSchema}. */
export type PlannedSend = z.infer<typeof plannedSendSchema>;

/** See {@link settledSendSchema}. */
export type SettledSend = z.infer<typeof settledSendSchema>;

/** What the data of a job named `send` can be, told apart by the field that only one of them has. */
export type JobData =
  | { readonly kind: "send"; readonly data: unknown }
  | { readonly kind: "planned"; readonly data: PlannedSend }
  | { readonly kind: "settled"; readonly data: SettledSend };

/** A send may have so many levels, and Volley's own forms put it into an object of theirs. */
const MOST_LEVELS = LIMITS.nestingLevels + 1;

/** The fields that only Volley's own forms have. Nearly every job has none of them, and needs no closer look. */
const OWN_FORMS = ["planned", "settled"] as const;

/** Tells the three forms of a job's data apart. Whatever is not one of Volley's own forms is a send to be read. */
export function readJobData(data: unknown): JobData {
  if (typeof data !== "object" || data === null || !OWN_FORMS.some((field) => field in data)) {
    return { kind: "send", data };
  }
  if (isNestedDeeper(data, MOST_LEVELS)) return { kind: "send", data };
  const planned = plannedSendSchema.safeParse(data);
  if (planned.success) return { kind: "planned", data: planned.data };
  const settled = settledSendSchema.safeParse(data);
  if (settled.success) return { kind: "settled", data: settled.data };
  return { kind: "send", data };
}
