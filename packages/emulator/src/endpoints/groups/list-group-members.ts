import { jsonAnswer } from "../../calls/answer.ts";
import type { Endpoint } from "../endpoint.ts";

/** `GET /groups/{group_id}/members`: all of them in one array, with those of its child groups. */
export const listGroupMembers: Endpoint = {
  method: "GET",
  path: "/groups/:id/members",
  handle: (call, { emulation: { groups } }) => {
    const id = call.params["id"] ?? "";
    if (!groups.has(call.plan, id)) return { status: 404 };
    return jsonAnswer(200, [...groups.members(call.plan, id)].map(String));
  },
};
