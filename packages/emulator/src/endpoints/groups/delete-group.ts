import type { Endpoint } from "../endpoint.ts";

/** `DELETE /groups/{group_id}`: 200 without a body. Batches that still wait for their time find it empty. */
export const deleteGroup: Endpoint = {
  method: "DELETE",
  path: "/groups/:id",
  handle: (call, { emulation: { groups } }) => ({
    status: groups.delete(call.plan, call.params["id"] ?? "") ? 200 : 404,
  }),
};
