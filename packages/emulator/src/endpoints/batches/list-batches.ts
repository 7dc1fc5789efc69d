import { refusalAnswer } from "../../calls/answer.ts";
import { shownBatch } from "../../batches/batch-body.ts";
import { isListed, readListFilter } from "../../batches/list-filter.ts";
import { pageAnswer } from "../../calls/page-answer.ts";
import type { Endpoint } from "../endpoint.ts";

/** `GET /batches`: newest first, in pages. */
export const listBatches: Endpoint = {
  method: "GET",
  path: "/batches",
  handle: (call, { emulation: { store }, nowMs }) => {
    const filter = readListFilter(call.query, nowMs);
    if ("code" in filter) return refusalAnswer(filter);
    const matches = store.inPlan(call.plan, filter.clientReference).filter((batch) => isListed(batch, filter, nowMs));
    return pageAnswer("batches", matches.toReversed(), filter, shownBatch);
  },
};
