import { jsonAnswer } from "../calls/answer.ts";
import type { Endpoint } from "./endpoint.ts";

/** `GET /inbounds/{inbound_id}` */
export const getInbound: Endpoint = {
  method: "GET",
  path: "/inbounds/:id",
  handle: (call, { emulation: { inbounds } }) => {
    const inbound = inbounds.get(call.plan, call.params["id"] ?? "");
    return inbound === undefined ? { status: 404 } : jsonAnswer(200, inbound);
  },
};
