import { readJobData } from "@volley/contract";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { messageOf } from "./read-status.ts";

/** Where a send goes, and whose it is. */
export type SendOrigin = {
  readonly regions: readonly string[];
  /** Its sender; `null` where it has none of its own. */
  readonly from: string | null;
};

/** Reads where a send goes and whose it is, from its job. @returns `null` when there is none */
export async function readOrigin(
  { link, queueOf }: QueueAccess,
  { id, region }: SendAddress,
): Promise<SendOrigin | null> {
  const job = await link.run(async () => queueOf(region).getJob(id));
  if (!job) return null;
  const { from } = messageOf(readJobData(job.data));
  return { regions: [region], from: typeof from === "string" ? from : null };
}
