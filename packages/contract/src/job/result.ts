import { z } from "zod";

/** What a send came to in the end. */
export const SEND_STATES = ["accepted", "partial", "rejected", "expired", "canceled", "unknown"] as const;

const count = z.int().min(0);

const recipientCounts = z.object({
  requested: count,
  accepted: count,
  rejected: count,
  duplicate: count,
  suppressed: count,
  expired: count,
  canceled: count,
  unknown: count,
});

const batch = z.object({
  /** The provider's batch ID. */
  id: z.string(),
  /** Index of the part, from 0. */
  part: count,
  /** Whom it is to, or was to when it was canceled: without those who were taken out. */
  recipients: count,
  /** How many were taken out of it at the provider before it was sent: they have opted out meanwhile. */
  suppressed: count.optional(),
  /** When the provider accepted it, as the provider says. */
  accepted_at: z.string(),
  /** Whether it was found at the provider instead of being answered to the request. */
  adopted: z.boolean(),
  /** Whether it was canceled at the provider before all of it was sent: whoever is not counted below was not texted. */
  canceled: z.boolean().optional(),
  /** Of a batch that was canceled: for how many the provider had done with it before. They count as accepted. */
  too_late: count.optional(),
  /** Of a batch that was, or may have been, canceled: about how many nobody knows whether they were texted. */
  unknown: count.optional(),
  /** Where it was accepted, in the result of a send whose recipients were routed to several regions. */
  region: z.string().optional(),
});

const rejected = z.object({
  recipient: z.string(),
  /** Where the recipient stood in the send's `to`, from 0; missing where thousands of entries were skipped. */
  index: count.optional(),
  reason: z.string(),
  by: z.enum(["volley", "provider"]),
});

const failure = z.object({
  part: count,
  code: z.string(),
  text: z.string(),
  recipients: count,
  /** In which of the counts these recipients are. */
  state: z.enum(["accepted", "rejected", "expired", "canceled", "unknown"]).optional(),
  /** Of which region's send the part is, where recipients were routed to several. */
  region: z.string().optional(),
});

/** The result of a send, as it stands in the return value of its job. */
export const sendResultSchema = z.object({
  /** `accepted` when every part was, `partial` when some were; recipients whom Volley itself rejected change neither. */
  state: z.enum(SEND_STATES),
  region: z.string(),
  /** Everybody who was asked for: all other counts add up to `requested`. */
  recipients: recipientCounts,
  /** The first 1,000, by part; the others are had by page. */
  batches: z.array(batch),
  /** The first 1,000; `recipients.rejected` counts all. */
  rejected: z.array(rejected),
  /** One entry per part that was not accepted, the first 1,000. */
  errors: z.array(failure),
  /** How many entries are missing above, where a send has more than fit in. */
  omitted: z.object({ batches: count, errors: count }).optional(),
});

/** What became of a send. */
export type SendResult = z.infer<typeof sendResultSchema>;

/** One of {@link SEND_STATES}. */
export type SendState = (typeof SEND_STATES)[number];

/** How many recipients ended how. */
export type RecipientCounts = z.infer<typeof recipientCounts>;

/** A batch that the provider accepted. */
export type AcceptedBatch = z.infer<typeof batch>;

/** A recipient who is not texted, why, and who says so: Volley's check, or the provider's answer. */
export type RejectedRecipient = z.infer<typeof rejected>;

/** Why a part was not accepted. */
export type PartFailure = z.infer<typeof failure>;

/** Counts with nobody in them, to be filled in. */
export function noRecipients(requested: number): RecipientCounts {
  return { requested, accepted: 0, rejected: 0, duplicate: 0, suppressed: 0, expired: 0, canceled: 0, unknown: 0 };
}
