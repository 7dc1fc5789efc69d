import { type BatchesPage, type PageOption, readBatches } from "./batches.ts";
import { ProducerError } from "./producer-error.ts";
import type { QueueAccess } from "./queue-access.ts";
import type { RouteRecord } from "./route-record.ts";

/** A region, and the cursor of its own pages. */
const CURSOR = /^(?<region>[a-z0-9-]+)\/(?<inner>.*)$/;

/**
 * Reads a page of the batches of a routed send, one region after the other; each batch says its region. A page never
 * has those of two regions, so that it may be shorter than it could be.
 *
 * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, `VOLLEY_INVALID_CURSOR`
 */
export async function readRoutedBatches(
  access: QueueAccess,
  { children }: RouteRecord,
  { cursor, limit }: PageOption,
): Promise<BatchesPage> {
  const found = cursor === undefined ? undefined : CURSOR.exec(cursor)?.groups;
  const index = cursor === undefined ? 0 : children.findIndex(({ region }) => region === found?.["region"]);
  const child = children[index];
  if (!child) throw new ProducerError("VOLLEY_INVALID_CURSOR", "expected the cursor of a page, got something else");
  const { region } = child;
  const inner = found?.["inner"];
  const page = await readBatches(access, child, {
    ...(inner !== undefined && inner !== "" && { cursor: inner }),
    ...(limit !== undefined && { limit }),
  });
  const next = children[index + 1];
  return {
    batches: page.batches.map((batch) => ({ ...batch, region })),
    errors: page.errors.map((error) => ({ ...error, region })),
    cursor: page.cursor === null ? (next ? `${next.region}/` : null) : `${region}/${page.cursor}`,
  };
}
