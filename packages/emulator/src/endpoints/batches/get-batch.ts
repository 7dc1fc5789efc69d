import { jsonAnswer } from "../../calls/answer.ts";
import { shownBatch } from "../../batches/batch-body.ts";
import type { Endpoint } from "../endpoint.ts";

/** `GET /batches/{batch_id}`: only within the plan that it was sent with. */
export const getBatch: Endpoint = {
  method: "GET",
  path: "/batches/:id",
  handle: (call, { emulation: { store } }) => {
    const batch = store.get(call.plan, call.params["id"] ?? "");
    return batch === undefined ? { status: 404 } : jsonAnswer(200, shownBatch(batch));
  },
};
