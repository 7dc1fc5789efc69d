import { changeGroup } from "./change-group.ts";
import { updateGroup as update } from "../../groups/read-group.ts";
import type { Endpoint } from "../endpoint.ts";

/** `POST /groups/{group_id}`: adds and removes numbers, by themselves or those of another group. */
export const updateGroup: Endpoint = {
  method: "POST",
  path: "/groups/:id",
  handle: (call, context) => changeGroup(call, context, update),
};
