import { jsonAnswer, refusalAnswer } from "../../calls/answer.ts";
import type { Answer } from "../../calls/answer.ts";
import { shownBatch } from "../../batches/batch-body.ts";
import { leavesQueueAtMs } from "../../batches/batch.ts";
import type { Batch } from "../../batches/batch.ts";
import { checkBatch } from "../../check/check-batch.ts";
import type { BatchRules } from "../../check/check-batch.ts";
import type { Fields } from "../../values/fields.ts";
import type { Call } from "../../calls/call.ts";
import type { Checked } from "../../values/checked.ts";
import { batchRules } from "../../emulation/emulation.ts";
import type { EndpointContext } from "../endpoint.ts";
import { forbidden } from "../../values/refusal.ts";

/** How a batch is to be changed. */
export interface BatchChange {
  /** What its fields are to be. */
  readonly fieldsOf: (batch: Batch) => Checked<Fields>;
  /** Whether it stays the batch that it was, at its place in the queue; otherwise it is another one under its ID. */
  readonly isUpdate: boolean;
}

/**
 * Changes the batch that a path names, as long as it is in the queue.
 *
 * A batch that was canceled or has expired cannot be changed either (what Sinch says to that is not published).
 */
export function changeBatch(
  call: Call,
  { emulation, nowMs }: EndpointContext,
  { fieldsOf, isUpdate }: BatchChange,
): Answer {
  const { store, reports } = emulation;
  const batch = store.get(call.plan, call.params["id"] ?? "");
  if (batch === undefined) return { status: 404 };
  if (batch.canceled || leavesQueueAtMs(batch.content) <= nowMs) {
    return refusalAnswer(forbidden("batch_already_dispatched", "The batch has already been dispatched."));
  }
  const fields = fieldsOf(batch);
  if (!fields.isValid) return refusalAnswer(fields.refusal);
  const rules = batchRules(emulation, call.plan, nowMs);
  const checked = checkBatch(fields.value, isUpdate ? updateRules(rules, batch) : rules);
  if ("code" in checked) return refusalAnswer(checked);
  store.change(batch, checked, nowMs);
  void reports.watch(batch);
  return jsonAnswer(200, shownBatch(batch));
}

/** What an update does not name stays: its time, and groups that were deleted since, which are empty. */
function updateRules(rules: BatchRules, batch: Batch): BatchRules {
  return {
    ...rules,
    schedule: batch.content,
    knowsGroup: (id) => batch.groups.includes(id) || rules.knowsGroup(id),
  };
}
