import { z } from "zod";
import { LIMITS } from "../values/send-limits.ts";
import { withoutNulls } from "../values/without-nulls.ts";

const count = z.int().min(0).max(LIMITS.stagedRecipients);

/** Where a send's recipients are, when they are staged in Redis instead of standing in the job. */
export const stagedSchema = z
  .strictObject({
    /** Names the Redis hash {@link stageKey}. */
    id: z.string().regex(/^[\w-]{1,64}$/, { error: "an ID of 1 to 64 letters, digits, dashes and underscores" }),
    /** Staged recipients: normalised, each one once. */
    recipients: z.int().min(1).max(LIMITS.stagedRecipients),
    /** Entries of the caller's list that came a second time, and are not staged. */
    duplicate: count.optional(),
    /** Entries that were rejected, and are not staged. */
    rejected: count.optional(),
    /** The first of those. */
    rejections: z
      .array(
        z.strictObject({
          index: count,
          recipient: z.string(),
          reason: z.literal("missing_parameter").optional(),
        }),
      )
      .max(LIMITS.rejectedInResult)
      .optional(),
    /** Of a part: which piece its recipients are, from 0. */
    piece: count.optional(),
  })
  .meta({ description: "Recipients that a producer has staged in Redis, in place of `to`." });

/** See {@link stagedSchema}. */
export type Staged = z.infer<typeof stagedSchema>;

/**
 * The Redis hash that holds a stage: a field per piece, named by its index from 0, its value written by `packPiece`.
 * Every piece but the last has exactly 1,000 recipients, so that a piece is what one part sends.
 *
 * @param prefix - BullMQ's; its hash tag keeps everything in one slot of a cluster
 */
export function stageKey(prefix: string, id: string): string {
  return `${prefix}:stages:${id}`;
}

/** Reads where the recipients of a job's data are staged; `null` when they are not. */
export function stagedOf(data: unknown): Staged | null {
  const staged: unknown = typeof data === "object" && data !== null ? Reflect.get(data, "staged") : null;
  // Every job of a list comes here, too, and reading it takes longer than all else that is known of it.
  if (staged === undefined || staged === null) return null;
  const read = stagedSchema.safeParse(withoutNulls({ staged }).staged);
  return read.success ? read.data : null;
}

/**
 * Which piece of a stage a job sends by itself: a part says it, and a send of one piece has no other.
 *
 * @returns `null` for a send that has to be planned first
 */
export function pieceOf({ piece, recipients }: Staged): number | null {
  return piece ?? (recipients <= LIMITS.recipientsPerBatch ? 0 : null);
}
