import { jsonAnswer, refusalAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { shownBatch } from "./batches/batch-body.ts";
import type { Batch } from "./batches/batch.ts";
import { checkBatch } from "./batches/check-batch.ts";
import type { Fields } from "./batches/fields.ts";
import type { Call } from "./call.ts";
import type { Checked } from "./checked.ts";
import { batchRules } from "./emulation.ts";
import type { EndpointContext } from "./endpoints/endpoint.ts";
import { forbidden } from "./refusal.ts";

/**
 * Changes the batch that a path names, as long as it is not dispatched.
 *
 * A batch that was canceled cannot be changed either (what Sinch says to that is not published).
 *
 * @param fieldsOf - what its fields are to be
 */
export function changeBatch(
  call: Call,
  { emulation, nowMs }: EndpointContext,
  fieldsOf: (batch: Batch) => Checked<Fields>,
): Answer {
  const { store, reports } = emulation;
  const batch = store.get(call.plan, call.params["id"] ?? "");
  if (batch === undefined) return { status: 404 };
  if (batch.canceled || batch.content.dispatchAtMs <= nowMs) {
    return refusalAnswer(forbidden("batch_already_dispatched", "The batch has already been dispatched."));
  }
  const fields = fieldsOf(batch);
  if (!fields.isValid) return refusalAnswer(fields.refusal);
  const checked = checkBatch(fields.value, batchRules(emulation, call.plan, nowMs));
  if ("code" in checked) return refusalAnswer(checked);
  store.change(batch, checked, nowMs);
  reports.watch(batch);
  return jsonAnswer(200, shownBatch(batch));
}
