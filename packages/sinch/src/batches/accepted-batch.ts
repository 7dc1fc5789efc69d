import type { Expected } from "../api/expected.ts";

/** What a send needs to know of the batch that came of it. */
type AcceptedBatch = { readonly id: string; readonly created_at: string | null };

/** Expects the ID of a batch, and reads no more: the answer repeats up to 1,000 recipients and their parameters. */
export const ACCEPTED_BATCH: Expected<AcceptedBatch> = {
  code: "no_batch_id",
  what: "a batch ID",
  read: readAcceptedBatch,
};

function readAcceptedBatch(body: string): AcceptedBatch | null {
  try {
    const batch: unknown = JSON.parse(body);
    if (typeof batch !== "object" || batch === null) return null;
    const id: unknown = Reflect.get(batch, "id");
    const createdAt: unknown = Reflect.get(batch, "created_at");
    if (typeof id !== "string" || id === "") return null;
    return { id, created_at: typeof createdAt === "string" ? createdAt : null };
  } catch {
    return null;
  }
}
