import { jsonAnswer, refusalAnswer } from "../../calls/answer.ts";
import type { Answer } from "../../calls/answer.ts";
import { isAbsent } from "../../values/fields.ts";
import type { Fields } from "../../values/fields.ts";
import type { Call } from "../../calls/call.ts";
import { readJsonObject } from "../../calls/json-body.ts";
import { invalidJson } from "../../values/refusal.ts";
import type { Endpoint, EndpointContext } from "../endpoint.ts";

const PATH = "/groups/:id/tags";

/** `GET /groups/{group_id}/tags`: only Sinch's older clients know of tags. */
export const getGroupTags: Endpoint = {
  method: "GET",
  path: PATH,
  handle: (call, { emulation: { groups } }) => {
    const group = groups.get(call.plan, call.params["id"] ?? "");
    return group === undefined ? { status: 404 } : jsonAnswer(200, { tags: group.tags });
  },
};

/** `POST /groups/{group_id}/tags`: `add`, then `remove`. */
export const updateGroupTags: Endpoint = {
  method: "POST",
  path: PATH,
  handle: (call, context) =>
    changeTags(call, context, (fields, tags) => {
      const removed = new Set(readTags(fields, "remove"));
      return [...new Set([...tags, ...readTags(fields, "add")])].filter((tag) => !removed.has(tag));
    }),
};

/** `PUT /groups/{group_id}/tags`: `tags` in place of those that are there. */
export const replaceGroupTags: Endpoint = {
  method: "PUT",
  path: PATH,
  handle: (call, context) => changeTags(call, context, (fields) => [...new Set(readTags(fields, "tags"))]),
};

function changeTags(
  call: Call,
  { emulation: { groups } }: EndpointContext,
  change: (fields: Fields, tags: readonly string[]) => readonly string[],
): Answer {
  const body = readJsonObject(call);
  if (!body.isJson) return body.answer;
  const group = groups.get(call.plan, call.params["id"] ?? "");
  if (group === undefined) return { status: 404 };
  const lists = ["tags", "add", "remove"].filter((name) => !isAbsent(body.fields, name));
  if (!lists.every((name) => Array.isArray(body.fields[name]))) {
    return refusalAnswer(invalidJson("Tags must be arrays of strings."));
  }
  group.tags = change(body.fields, group.tags);
  return jsonAnswer(200, { tags: group.tags });
}

function readTags(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  return Array.isArray(value) ? value.map(String) : [];
}
