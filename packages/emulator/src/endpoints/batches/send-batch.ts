import { jsonAnswer, refusalAnswer } from "../../calls/answer.ts";
import { batchBody } from "../../batches/batch-body.ts";
import { checkBatch } from "../../check/check-batch.ts";
import { batchRules } from "../../emulation/emulation.ts";
import { readJson } from "../../calls/json-body.ts";
import type { Endpoint } from "../endpoint.ts";

/** `POST /batches`: accepts a batch and counts its recipients as texted. */
export const sendBatch: Endpoint = {
  method: "POST",
  path: "/batches",
  handle: (call, { emulation, nowMs, listingDelayMs, refuse, forced }) => {
    const body = readJson(call);
    if (!body.isJson) return body.answer;
    const { plan, rawBody } = call;
    const checked = checkBatch(body.value, batchRules(emulation, plan, nowMs));
    if ("code" in checked) return refusalAnswer(checked);
    if (refuse !== undefined) return refusalAnswer(refuse(call));
    const batch = emulation.store.accept(checked, { plan, rawRequest: rawBody, nowMs, listingDelayMs, forced });
    const after = emulation.reports.watch(batch);
    const answer = jsonAnswer(201, batchBody(batch, checked.fields, checked.recipients.wire));
    return after === undefined ? answer : { ...answer, after };
  },
};
