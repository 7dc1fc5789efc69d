import { jsonAnswer, refusalAnswer } from "../../calls/answer.ts";
import { groupBody } from "../../groups/group.ts";
import { readGroup } from "../../groups/read-group.ts";
import { readJsonObject } from "../../calls/json-body.ts";
import type { Endpoint } from "../endpoint.ts";

/** `POST /groups`: every field may be left out. */
export const createGroup: Endpoint = {
  method: "POST",
  path: "/groups",
  handle: (call, { emulation: { groups }, nowMs }) => {
    const body = readJsonObject(call);
    if (!body.isJson) return body.answer;
    const content = readGroup(body.fields, { groups, plan: call.plan });
    if ("code" in content) return refusalAnswer(content);
    const group = groups.create(call.plan, content, nowMs);
    return jsonAnswer(201, groupBody(group, groups.members(call.plan, group.id).size));
  },
};
