import { jsonAnswer, refusalAnswer } from "../../calls/answer.ts";
import { shownBatch } from "../../batches/batch-body.ts";
import { expiresInQueue } from "../../batches/batch.ts";
import type { Batch } from "../../batches/batch.ts";
import { forbidden } from "../../values/refusal.ts";
import type { Endpoint } from "../endpoint.ts";

/**
 * `DELETE /batches/{batch_id}`: cancels, at any time and as often as one likes.
 *
 * A batch that was dispatched is marked all the same, and its recipients stay texted; unless the emulator is set to
 * refuse that with `conflict_send_at`, which Sinch's Java client knows of.
 */
export const cancelBatch: Endpoint = {
  method: "DELETE",
  path: "/batches/:id",
  handle: (call, { emulation: { store, reports, refusesLateCancel }, nowMs }) => {
    const batch = store.get(call.plan, call.params["id"] ?? "");
    if (batch === undefined) return { status: 404 };
    if (refusesLateCancel && !batch.canceled && wasDispatched(batch, nowMs)) {
      return refusalAnswer(forbidden("conflict_send_at", "The batch has already been sent."));
    }
    const wasWithdrawn = batch.isWithdrawn;
    store.cancel(batch, nowMs);
    if (batch.isWithdrawn && !wasWithdrawn) void reports.watch(batch);
    return jsonAnswer(200, shownBatch(batch));
  },
};

function wasDispatched({ content }: Batch, nowMs: number): boolean {
  return !expiresInQueue(content) && content.dispatchAtMs <= nowMs;
}
