import { readJobData } from "@volley/contract";
import { findJob } from "../redis/find-job.ts";
import type { QueueAccess, SendAddress } from "../redis/queue-access.ts";
import { messageOf } from "./read-status.ts";

/** Where a send goes, and whose it is. */
export type SendOrigin = {
  readonly regions: readonly string[];
  /** Its sender; `null` where it has none of its own. */
  readonly from: string | null;
};

/** Reads where a send goes and whose it is, from its job. @returns `null` when there is none */
export async function readOrigin(access: QueueAccess, address: SendAddress): Promise<SendOrigin | null> {
  const job = await findJob(access, address);
  if (!job) return null;
  const { from } = messageOf(readJobData(job.data));
  return { regions: [address.region], from: typeof from === "string" ? from : null };
}
