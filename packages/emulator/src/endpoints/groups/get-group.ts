import { jsonAnswer } from "../../calls/answer.ts";
import { groupBody } from "../../groups/group.ts";
import type { Endpoint } from "../endpoint.ts";

/** `GET /groups/{group_id}` */
export const getGroup: Endpoint = {
  method: "GET",
  path: "/groups/:id",
  handle: (call, { emulation: { groups } }) => {
    const group = groups.get(call.plan, call.params["id"] ?? "");
    if (group === undefined) return { status: 404 };
    return jsonAnswer(200, groupBody(group, groups.members(call.plan, group.id).size));
  },
};
