import { partId, type SendResult, sendResultSchema } from "@volley/contract";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";

/** Parts whose results are read in one call: 3 ms of Redis where a slow region has made a thousand batches of each. */
export const PARTS_PER_CALL = 100;

/**
 * The results of some parts of a send, in their order; `null` for one that has none yet. They are kept with the send: the
 * parts' own jobs may be gone.
 *
 * @param first - index of the first part
 */
export async function readPartResults(
  { link, queueOf }: QueueAccess,
  { id, region }: SendAddress,
  first: number,
  count: number,
): Promise<(SendResult | null)[]> {
  const queue = queueOf(region);
  const keys = Array.from({ length: count }, (_, offset) => queue.toKey(partId(id, first + offset)));
  const texts = await link.run(async () => link.connection.hmget(`${queue.toKey(id)}:processed`, ...keys));
  return texts.map((text) => {
    const read = text === null ? null : sendResultSchema.safeParse(JSON.parse(text));
    return read?.success ? read.data : null;
  });
}
