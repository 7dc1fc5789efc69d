import { jsonAnswer, refusalAnswer } from "../answer.ts";
import type { Batch } from "../batches/batch.ts";
import { batchBody } from "../batches/batch-body.ts";
import { isListed, readListFilter } from "../batches/list-filter.ts";
import { parseBatch } from "../batches/parse-batch.ts";
import type { Endpoint } from "./endpoint.ts";

/**
 * `GET /batches`: newest first, in pages.
 *
 * As at Sinch, `count` is the number of all matches and `page_size` the number on this page: 0 after the last one.
 */
export const listBatches: Endpoint = {
  method: "GET",
  path: "/batches",
  handle: (call, { store, nowMs }) => {
    const filter = readListFilter(call.query, nowMs);
    if ("code" in filter) return refusalAnswer(filter);
    const matches = store.inPlan(call.plan, filter.clientReference).filter((batch) => isListed(batch, filter, nowMs));
    const end = matches.length - filter.page * filter.pageSize;
    const page = end <= 0 ? [] : matches.slice(Math.max(end - filter.pageSize, 0), end).toReversed();
    const batches = page.map((batch) => shown(batch));
    return jsonAnswer(200, { count: matches.length, page: filter.page, page_size: batches.length, batches });
  },
};

function shown(batch: Batch): unknown {
  const { fields, recipients } = parseBatch(batch);
  return batchBody(batch, fields, recipients.wire);
}
