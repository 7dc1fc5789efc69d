import { readRequest } from "../batches/kept-request.ts";
import { updateFields } from "../batches/update-fields.ts";
import { changeBatch } from "../change-batch.ts";
import { readJsonObject } from "../json-body.ts";
import type { Endpoint } from "./endpoint.ts";

/** `POST /batches/{batch_id}`: changes some fields of a batch that is not dispatched. */
export const updateBatch: Endpoint = {
  method: "POST",
  path: "/batches/:id",
  handle: (call, context) => {
    const body = readJsonObject(call);
    if (!body.isJson) return body.answer;
    return changeBatch(call, context, ({ content }) => updateFields(readRequest(content.request).fields, body.fields));
  },
};
