import { jsonAnswer, refusalAnswer } from "../answer.ts";
import { groupBody } from "../groups/group.ts";
import { readGroup } from "../groups/read-group.ts";
import { readJsonObject } from "../json-body.ts";
import type { Endpoint } from "./endpoint.ts";

/** `PUT /groups/{group_id}`: puts other content in its place; `members` is required. */
export const replaceGroup: Endpoint = {
  method: "PUT",
  path: "/groups/:id",
  handle: (call, { emulation: { groups, store }, nowMs }) => {
    const body = readJsonObject(call);
    if (!body.isJson) return body.answer;
    const { plan } = call;
    const group = groups.get(plan, call.params["id"] ?? "");
    if (group === undefined) return { status: 404 };
    const content = readGroup(body.fields, { groups, plan, id: group.id });
    if ("code" in content) return refusalAnswer(content);
    store.settle(nowMs);
    Object.assign(group, content, { modifiedAtMs: nowMs });
    return jsonAnswer(200, groupBody(group, groups.members(plan, group.id).size));
  },
};
