import { jsonAnswer, refusalAnswer } from "../../calls/answer.ts";
import { fatesOf } from "../../delivery/fate.ts";
import { readStateFilter } from "../../delivery/read-state-filter.ts";
import { batchReport } from "../../delivery/report-bodies.ts";
import { constraintViolation } from "../../values/refusal.ts";
import type { Endpoint } from "../endpoint.ts";

/** `GET /batches/{batch_id}/delivery_report`: how many messages are in which state right now, with `full` also whose. */
export const getDeliveryReport: Endpoint = {
  method: "GET",
  path: "/batches/:id/delivery_report",
  handle: (call, { emulation: { store, rules }, nowMs }) => {
    const batch = store.get(call.plan, call.params["id"] ?? "");
    if (batch === undefined) return { status: 404 };
    const type = call.query.get("type") || "summary";
    if (type !== "summary" && type !== "full") {
      return refusalAnswer(constraintViolation(`The parameter 'type' must be one of summary, full; got '${type}'.`));
    }
    const asked = readStateFilter(call.query);
    if ("code" in asked) return refusalAnswer(asked);
    const options = { isFull: type === "full", filter: asked.filter };
    return jsonAnswer(200, batchReport(batch, fatesOf(batch, rules), nowMs, options));
  },
};
