import type { Batch } from "../../batches/batch.ts";
import type { Fields } from "../../values/fields.ts";
import { readRequest } from "../../batches/kept-request.ts";
import { updateFields } from "../../batches/update-fields.ts";
import { changeBatch } from "./change-batch.ts";
import type { Checked } from "../../values/checked.ts";
import { readJsonObject } from "../../calls/json-body.ts";
import type { Endpoint } from "../endpoint.ts";

/** `POST /batches/{batch_id}`: changes some fields of a batch that is not dispatched. */
export const updateBatch: Endpoint = {
  method: "POST",
  path: "/batches/:id",
  handle: (call, context) => {
    const body = readJsonObject(call);
    if (!body.isJson) return body.answer;
    const fieldsOf = ({ content }: Batch): Checked<Fields> =>
      updateFields(readRequest(content.request).fields, body.fields);
    return changeBatch(call, context, { fieldsOf, isUpdate: true });
  },
};
