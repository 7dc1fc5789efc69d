import { changeGroup } from "./change-group.ts";
import { readGroup } from "../../groups/read-group.ts";
import type { Endpoint } from "../endpoint.ts";

/** `PUT /groups/{group_id}`: puts other content in its place; `members` is required. */
export const replaceGroup: Endpoint = {
  method: "PUT",
  path: "/groups/:id",
  handle: (call, context) =>
    changeGroup(call, context, (group, fields, place) => {
      const content = readGroup(fields, place);
      if ("code" in content) return content;
      Object.assign(group, content);
      return undefined;
    }),
};
