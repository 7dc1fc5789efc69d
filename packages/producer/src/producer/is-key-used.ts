import { AUTO_REGION, sendId } from "@volley/contract";
import { isClaimed } from "../claim/claim.ts";
import type { EnqueueOptions } from "../enqueue/enqueue-terms.ts";
import type { QueueAccess } from "../redis/queue-access.ts";
import { requireKey, requireRegion } from "../terms/require-argument.ts";

/** Whether a key stands for a send in a region. @throws ProducerError for a region or a key that cannot be one */
export async function isKeyUsed(
  access: QueueAccess,
  { region, idempotencyKey }: Pick<EnqueueOptions, "region" | "idempotencyKey">,
): Promise<boolean> {
  if (region !== AUTO_REGION) requireRegion(region);
  requireKey(idempotencyKey);
  return isClaimed(access, { id: sendId(region, idempotencyKey), region });
}
