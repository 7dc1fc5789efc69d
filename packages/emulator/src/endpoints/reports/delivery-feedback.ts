import { refusalAnswer } from "../../calls/answer.ts";
import { isAbsent, missing } from "../../values/fields.ts";
import { readRequest } from "../../batches/kept-request.ts";
import { checkMembers } from "../../groups/check-group.ts";
import { readJsonObject } from "../../calls/json-body.ts";
import { constraintViolation } from "../../values/refusal.ts";
import type { Endpoint } from "../endpoint.ts";

/**
 * `POST /batches/{batch_id}/delivery_feedback`: the caller says who got the message. An empty list means everybody,
 * which a batch to groups does not allow. Only for batches with `feedback_enabled`.
 */
export const deliveryFeedback: Endpoint = {
  method: "POST",
  path: "/batches/:id/delivery_feedback",
  handle: (call, { emulation: { store } }) => {
    const body = readJsonObject(call);
    if (!body.isJson) return body.answer;
    const batch = store.get(call.plan, call.params["id"] ?? "");
    if (batch === undefined) return { status: 404 };
    const { fields, recipients } = readRequest(batch.content.request);
    if (fields["feedback_enabled"] !== true) return { status: 404 };
    if (isAbsent(body.fields, "recipients")) return refusalAnswer(missing("recipients"));
    const confirmed = checkMembers(body.fields, "recipients");
    if (!confirmed.isValid) return refusalAnswer(confirmed.refusal);
    if (confirmed.value.size === 0 && recipients.groups.length > 0) {
      return refusalAnswer(constraintViolation("A batch to groups needs at least one entry in 'recipients'."));
    }
    const numbers = confirmed.value.size === 0 ? recipients.wire : [...confirmed.value].map(String);
    batch.feedback ??= new Set();
    for (const number of numbers) batch.feedback.add(number);
    return { status: 202 };
  },
};
