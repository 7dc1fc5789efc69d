import { jsonAnswer, refusalAnswer } from "../answer.ts";
import { batchBody } from "../batches/batch-body.ts";
import { checkBatch } from "../batches/check-batch.ts";
import { invalidJson } from "../refusal.ts";
import type { Endpoint } from "./endpoint.ts";

const JSON_TYPE = /^application\/json(?:\s*;|$)/i;

/** `POST /batches`: accepts a batch and counts its recipients as texted. */
export const sendBatch: Endpoint = {
  method: "POST",
  path: "/batches",
  handle: (call, context) => {
    if (call.contentType === undefined || !JSON_TYPE.test(call.contentType)) return { status: 415 };
    if (!call.body.isJson) return refusalAnswer(invalidJson("The body is not valid JSON."));
    const checked = checkBatch(call.body.value, context);
    if ("code" in checked) return refusalAnswer(checked);
    if (context.refuse !== undefined) return refusalAnswer(context.refuse(call));
    const { plan, rawBody } = call;
    const { nowMs, listingDelayMs } = context;
    const batch = context.store.accept(checked, { plan, rawRequest: rawBody, nowMs, listingDelayMs });
    return jsonAnswer(201, batchBody(batch, checked.fields, checked.recipients.wire));
  },
};
