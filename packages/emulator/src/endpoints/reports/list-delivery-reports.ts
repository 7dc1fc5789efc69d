import { refusalAnswer } from "../../calls/answer.ts";
import type { Batch } from "../../batches/batch.ts";
import type { DeliveryRules } from "../../delivery/delivery-rules.ts";
import { fatesOf, stateAt } from "../../delivery/fate.ts";
import type { DeliveryState, Fate } from "../../delivery/fate.ts";
import { isFinal } from "../../values/outcome.ts";
import { readStateFilter } from "../../delivery/read-state-filter.ts";
import { isAskedFor, recipientReport } from "../../delivery/report-bodies.ts";
import { pageAnswer } from "../../calls/page-answer.ts";
import { isWithin, readPaging, readTimeWindow } from "../../calls/read-paging.ts";
import type { Endpoint } from "../endpoint.ts";

interface Ended {
  readonly batch: Batch;
  readonly fate: Fate;
  readonly state: DeliveryState;
}

/** `GET /delivery_reports`: messages that ended within the window, the last ones first. */
export const listDeliveryReports: Endpoint = {
  method: "GET",
  path: "/delivery_reports",
  handle: (call, { emulation: { store, rules }, nowMs }) => {
    const paging = readPaging(call.query);
    if ("code" in paging) return refusalAnswer(paging);
    const window = readTimeWindow(call.query, nowMs);
    if ("code" in window) return refusalAnswer(window);
    const asked = readStateFilter(call.query);
    if ("code" in asked) return refusalAnswer(asked);
    const matches = store
      .inPlan(call.plan, call.query.get("client_reference") || undefined)
      .flatMap((batch) => endedOf(batch, rules, nowMs))
      .filter(({ state }) => isWithin(window, state.atMs) && isAskedFor(state, asked.filter))
      .toSorted((one, other) => other.state.atMs - one.state.atMs);
    return pageAnswer("delivery_reports", matches, paging, ({ batch, fate, state }) =>
      recipientReport(batch, fate, state),
    );
  },
};

function endedOf(batch: Batch, rules: DeliveryRules, nowMs: number): Ended[] {
  return fatesOf(batch, rules).flatMap((fate) => {
    const state = stateAt(fate, nowMs);
    return state !== undefined && isFinal(state.status) ? [{ batch, fate, state }] : [];
  });
}
