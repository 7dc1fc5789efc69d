import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** Where a send's recipients are, when they are staged in Redis instead of standing in the job. */
export const stagedSchema = z
  .strictObject({
    /** Names the Redis hash {@link stageKey}. */
    id: z.string().regex(/^[\w-]{1,64}$/, { error: "an ID of 1 to 64 letters, digits, dashes and underscores" }),
    /** Staged recipients: normalised, each one once. */
    recipients: z.int().min(1),
    /** Entries of the caller's list that came a second time, and are not staged. */
    duplicate: z.int().min(0).optional(),
    /** Entries that are neither a number nor a group ID, and are not staged. */
    rejected: z.int().min(0).optional(),
    /** The first of those. */
    refused: z
      .array(z.strictObject({ index: z.int().min(0), recipient: z.string() }))
      .max(LIMITS.refusedInResult)
      .optional(),
    /** Of a part: which piece its recipients are, from 0. */
    piece: z.int().min(0).optional(),
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
