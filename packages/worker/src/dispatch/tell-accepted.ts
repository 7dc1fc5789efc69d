import type { LotDispatch } from "../ask/lot-dispatch.ts";
import type { RegionContext } from "../region/region-context.ts";

/** Tells of a batch that the provider has accepted. A job does not suffer from whoever hears of it. */
export async function tellAccepted(
  { region, deliveryReport, onAccepted, now, log }: RegionContext,
  { id, send, reference, expireAt }: LotDispatch,
  batchId: string,
): Promise<void> {
  const { delivery_report: own } = send.message;
  const sentAt = new Date(Math.max(now().getTime(), send.sendAt?.getTime() ?? 0));
  const batch = { region, batchId, reference, report: own ?? deliveryReport, isDefault: own === undefined };
  try {
    await onAccepted({ ...batch, sentAt, expireAt });
  } catch (error) {
    log.warn({ region, jobId: id, err: error }, "an accepted batch is not followed");
  }
}
