import { refusalAnswer } from "../calls/answer.ts";
import { wireSender } from "../values/check-sender.ts";
import { pageAnswer } from "../calls/page-answer.ts";
import { isWithin, readList, readPaging, readTimeWindow } from "../calls/read-paging.ts";
import type { Endpoint } from "./endpoint.ts";

/** `GET /inbounds`: newest first, in pages; `to` takes several numbers. */
export const listInbounds: Endpoint = {
  method: "GET",
  path: "/inbounds",
  handle: (call, { emulation: { inbounds }, nowMs }) => {
    const paging = readPaging(call.query);
    if ("code" in paging) return refusalAnswer(paging);
    const window = readTimeWindow(call.query, nowMs);
    if ("code" in window) return refusalAnswer(window);
    const to = readList(call.query, "to")?.map((number) => wireSender(number));
    const reference = call.query.get("client_reference") || undefined;
    const matches = inbounds
      .list(call.plan)
      .filter(
        ({ atMs, inbound }) =>
          isWithin(window, atMs) &&
          (to === undefined || to.includes(inbound.to)) &&
          (reference === undefined || inbound.client_reference === reference),
      );
    return pageAnswer("inbounds", matches, paging, ({ inbound }) => inbound);
  },
};
