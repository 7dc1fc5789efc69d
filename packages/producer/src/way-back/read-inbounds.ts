import { LIMITS, readTime } from "@volley/contract";
import { FIRST_EVENTS, type KeptInbound, readInbox } from "@volley/receipts";
import { invalidCursor, type PageOption } from "../follow/read-batches.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { requireRegion } from "../terms/require-argument.ts";

/** Which messages from phones are wanted; without any of these, all. */
export type InboundsOptions = PageOption & {
  readonly region?: string;
  /** The phone's number, however it is written. */
  readonly from?: string;
  /** Your number or short code. */
  readonly to?: string;
  /** Received then or later: a time as ISO-8601. */
  readonly since?: string;
};

/** Some messages from phones, the oldest first. */
export type InboundsPage = {
  readonly inbounds: readonly KeptInbound[];
  /** For the next page, which may be empty; `null` when there is none now. */
  readonly cursor: string | null;
  /** For those that come later, whenever that is. */
  readonly later: string;
  /** Regions with a Redis of their own that cannot be reached: their messages are missing. Left out where none is missing. */
  readonly unreachable?: readonly string[];
};

const CURSOR = /^\d{1,15}-\d{1,15}$/;

/** @throws ProducerError `VOLLEY_INVALID_REGION`, `VOLLEY_INVALID_CURSOR`. @throws TypeError where `since` is no time */
export async function readInbounds(
  { link, prefix }: QueueAccess,
  { cursor = FIRST_EVENTS, limit = LIMITS.batchesInResult, since, ...wanted }: InboundsOptions,
): Promise<InboundsPage> {
  if (!CURSOR.test(cursor)) throw invalidCursor();
  if (wanted.region !== undefined) requireRegion(wanted.region);
  const time = since === undefined ? null : readTime(since);
  if (since !== undefined && time === null) throw new TypeError("inbounds.since: expected a time as ISO-8601");
  const query = { ...wanted, cursor, limit: Math.min(LIMITS.batchesInResult, limit), ...(time && { since: time }) };
  const page = await link.run(async () => readInbox(link.connection, prefix, query));
  return { inbounds: page.inbounds, cursor: page.isEnd ? null : page.cursor, later: page.cursor };
}
