import { changeBatch } from "./change-batch.ts";
import { valid } from "../../values/checked.ts";
import { readJsonObject } from "../../calls/json-body.ts";
import type { Endpoint } from "../endpoint.ts";

/**
 * `PUT /batches/{batch_id}`: puts another batch in the place of one that is not dispatched.
 *
 * It keeps its ID and `created_at`; fields that are missing go back to their defaults.
 */
export const replaceBatch: Endpoint = {
  method: "PUT",
  path: "/batches/:id",
  handle: (call, context) => {
    const body = readJsonObject(call);
    return body.isJson
      ? changeBatch(call, context, { fieldsOf: () => valid(body.fields), isUpdate: false })
      : body.answer;
  },
};
