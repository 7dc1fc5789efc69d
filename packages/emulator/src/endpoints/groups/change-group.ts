import { jsonAnswer, refusalAnswer } from "../../calls/answer.ts";
import type { Answer } from "../../calls/answer.ts";
import type { Fields } from "../../values/fields.ts";
import type { Call } from "../../calls/call.ts";
import type { EndpointContext } from "../endpoint.ts";
import { groupBody } from "../../groups/group.ts";
import type { Group } from "../../groups/group.ts";
import type { GroupPlace } from "../../groups/read-group.ts";
import { readJsonObject } from "../../calls/json-body.ts";
import type { Refusal } from "../../values/refusal.ts";

/**
 * Changes the group that a path names.
 *
 * @param change - changes it by the body, or refuses and leaves it as it was
 */
export function changeGroup(
  call: Call,
  { emulation: { groups }, nowMs }: EndpointContext,
  change: (group: Group, fields: Fields, place: GroupPlace) => Refusal | undefined,
): Answer {
  const body = readJsonObject(call);
  if (!body.isJson) return body.answer;
  const { plan } = call;
  const group = groups.get(plan, call.params["id"] ?? "");
  if (group === undefined) return { status: 404 };
  const refusal = change(group, body.fields, { groups, plan, id: group.id });
  if (refusal !== undefined) return refusalAnswer(refusal);
  group.modifiedAtMs = nowMs;
  return jsonAnswer(200, groupBody(group, groups.members(plan, group.id).size));
}
