import { z } from "zod";

/**
 * A batch as the provider shows it. Only the ID is relied on: every field is optional in the provider's own models, and
 * fields that nobody knows yet are kept.
 */
const batchSchema = z.looseObject({
  id: z.string().min(1),
  client_reference: z.string().optional().catch(undefined),
  created_at: z.string().optional().catch(undefined),
  /** Whom it is to; numbers come back without `+`. */
  to: z.array(z.string()).optional().catch(undefined),
  canceled: z
    .unknown()
    .optional()
    .transform((value) => value === true || value === "True" || value === "true"),
});

const batchPageSchema = z.looseObject({
  count: z.number().catch(0),
  batches: z.array(batchSchema),
});

/** See {@link readBatch}. */
export type Batch = z.infer<typeof batchSchema>;

/** One page of a list of batches, newest first. `count` is the number of all matches. */
export type BatchPage = z.infer<typeof batchPageSchema>;

/** Reads one batch from an answer's body; `null` when there is none in it. */
export function readBatch(body: string): Batch | null {
  return read(batchSchema, body);
}

/** Reads one page of a list from an answer's body; `null` when it is not one. */
export function readBatchPage(body: string): BatchPage | null {
  return read(batchPageSchema, body);
}

function read<T>(schema: z.ZodType<T>, body: string): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
