import { jsonAnswer } from "../../calls/answer.ts";
import { parseMsisdn } from "../../values/parse-recipient.ts";
import { fatesOf, stateAt } from "../../delivery/fate.ts";
import { recipientReport } from "../../delivery/report-bodies.ts";
import type { Endpoint } from "../endpoint.ts";

/** `GET /batches/{batch_id}/delivery_report/{msisdn}`: 404 also for a number that is none of its recipients. */
export const getRecipientReport: Endpoint = {
  method: "GET",
  path: "/batches/:id/delivery_report/:msisdn",
  handle: (call, { emulation: { store, rules }, nowMs }) => {
    const batch = store.get(call.plan, call.params["id"] ?? "");
    const number = parseMsisdn(call.params["msisdn"] ?? "");
    if (batch === undefined || number === 0) return { status: 404 };
    const fate = fatesOf(batch, rules).find((other) => other.number === number);
    const state = fate === undefined ? undefined : stateAt(fate, nowMs);
    if (fate === undefined || state === undefined) return { status: 404 };
    return jsonAnswer(200, recipientReport(batch, fate, state));
  },
};
