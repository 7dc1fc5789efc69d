import { refusalAnswer } from "../../calls/answer.ts";
import { groupBody } from "../../groups/group.ts";
import { pageAnswer } from "../../calls/page-answer.ts";
import { readPaging } from "../../calls/read-paging.ts";
import type { Endpoint } from "../endpoint.ts";

/** `GET /groups`: newest first, in pages. */
export const listGroups: Endpoint = {
  method: "GET",
  path: "/groups",
  handle: (call, { emulation: { groups } }) => {
    const paging = readPaging(call.query);
    if ("code" in paging) return refusalAnswer(paging);
    return pageAnswer("groups", groups.list(call.plan), paging, (group) =>
      groupBody(group, groups.members(call.plan, group.id).size),
    );
  },
};
