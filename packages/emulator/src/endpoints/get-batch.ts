import { jsonAnswer } from "../answer.ts";
import { batchBody } from "../batches/batch-body.ts";
import { parseBatch } from "../batches/parse-batch.ts";
import type { Endpoint } from "./endpoint.ts";

/** `GET /batches/{batch_id}`: only within the plan that it was sent with. */
export const getBatch: Endpoint = {
  method: "GET",
  path: "/batches/:id",
  handle: (call, { store }) => {
    const batch = store.get(call.plan, call.params["id"] ?? "");
    if (batch === undefined) return { status: 404 };
    const { fields, recipients } = parseBatch(batch);
    return jsonAnswer(200, batchBody(batch, fields, recipients.wire));
  },
};
