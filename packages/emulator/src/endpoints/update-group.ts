import { jsonAnswer, refusalAnswer } from "../answer.ts";
import { groupBody } from "../groups/group.ts";
import { updateGroup as update } from "../groups/read-group.ts";
import { readJsonObject } from "../json-body.ts";
import type { Endpoint } from "./endpoint.ts";

/** `POST /groups/{group_id}`: adds and removes numbers, by themselves or those of another group. */
export const updateGroup: Endpoint = {
  method: "POST",
  path: "/groups/:id",
  handle: (call, { emulation: { groups, store }, nowMs }) => {
    const body = readJsonObject(call);
    if (!body.isJson) return body.answer;
    const { plan } = call;
    const group = groups.get(plan, call.params["id"] ?? "");
    if (group === undefined) return { status: 404 };
    store.settle(nowMs);
    const refusal = update(group, body.fields, { groups, plan, id: group.id });
    if (refusal !== undefined) return refusalAnswer(refusal);
    group.modifiedAtMs = nowMs;
    return jsonAnswer(200, groupBody(group, groups.members(plan, group.id).size));
  },
};
