import { AUTO_REGION } from "@volley/contract";
import { type BatchesPage, invalidCursor, ownerOf, type PageOption, readBatches } from "../follow/read-batches.ts";
import { type DeliveriesPage, readDeliveries } from "../follow/read-deliveries.ts";
import type { SendAddress, StoredAccess } from "../redis/queue-access.ts";
import type { RouteRecord } from "./auto-record.ts";

/** Whose cursor it is, a region, and the cursor of its own pages. */
const CURSOR = /^(?<owner>[\w-]{8})\.(?<region>[a-z0-9-]+)\/(?<inner>.*)$/;

/**
 * Reads a page of the batches of a routed send, one region after the other; each batch says its region. A page never
 * has those of two regions, so that it may be shorter than it could be.
 *
 * @throws ProducerError `VOLLEY_UNKNOWN_SEND`, `VOLLEY_INVALID_CURSOR`
 */
export async function readRoutedBatches(
  access: StoredAccess,
  id: string,
  record: RouteRecord,
  asked: PageOption,
): Promise<BatchesPage> {
  const { region, page, cursor } = await readRoutedPage(id, record, asked, async (child, own) =>
    readBatches(access.of(child.region), child, own),
  );
  return {
    batches: page.batches.map((batch) => ({ ...batch, region })),
    errors: page.errors.map((error) => ({ ...error, region })),
    cursor,
  };
}

/** Reads a page of what became of the recipients of a routed send, likewise. */
export async function readRoutedDeliveries(
  access: StoredAccess,
  id: string,
  record: RouteRecord,
  asked: PageOption,
): Promise<DeliveriesPage> {
  const { page, cursor } = await readRoutedPage(id, record, asked, async (child, own) =>
    readDeliveries(access.of(child.region), child, own),
  );
  return { ...page, cursor };
}

/** A page of one region, and the cursor of the next one. */
async function readRoutedPage<Page extends { readonly cursor: string | null }>(
  id: string,
  { children }: RouteRecord,
  { cursor, limit }: PageOption,
  read: (child: SendAddress, page: PageOption) => Promise<Page>,
): Promise<{ readonly region: string; readonly page: Page; readonly cursor: string | null }> {
  const owner = ownerOf({ region: AUTO_REGION, id });
  const found = cursor === undefined ? undefined : CURSOR.exec(cursor)?.groups;
  if (cursor !== undefined && found?.["owner"] !== owner) throw invalidCursor();
  const index = cursor === undefined ? 0 : children.findIndex(({ region }) => region === found?.["region"]);
  const child = children[index];
  if (!child) throw invalidCursor();
  const { region } = child;
  const inner = found?.["inner"];
  const page = await read(child, {
    ...(inner !== undefined && inner !== "" && { cursor: inner }),
    ...(limit !== undefined && { limit }),
  });
  const next = children[index + 1];
  const written = (name: string, ofRegion: string): string => `${owner}.${name}/${ofRegion}`;
  return {
    region,
    page,
    cursor: page.cursor === null ? (next ? written(next.region, "") : null) : written(region, page.cursor),
  };
}
