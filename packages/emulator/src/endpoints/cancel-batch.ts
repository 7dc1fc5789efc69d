import { jsonAnswer } from "../answer.ts";
import { batchBody } from "../batches/batch-body.ts";
import { parseBatch } from "../batches/parse-batch.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * `DELETE /batches/{batch_id}`: cancels, at any time and as often as one likes.
 *
 * A batch whose `send_at` has passed was dispatched: it is marked all the same, and its recipients stay texted.
 */
export const cancelBatch: Endpoint = {
  method: "DELETE",
  path: "/batches/:id",
  handle: (call, { store, nowMs }) => {
    const batch = store.get(call.plan, call.params["id"] ?? "");
    if (batch === undefined) return { status: 404 };
    store.cancel(batch, nowMs);
    const { fields, recipients } = parseBatch(batch);
    return jsonAnswer(200, batchBody(batch, fields, recipients.wire));
  },
};
