import { z } from "zod";
import { defineRoute } from "../problems/define-route.ts";
import { known, requireOwn } from "./require-own.ts";
import { REGION_PARAMETER, regionOption, SEND_PARAMS } from "./send-path.ts";
import { SEND_STATUS } from "./send-schemas.ts";

export const getSend = defineRoute({
  method: "GET",
  path: "/v1/sends/{id}",
  operation: "getSend",
  tag: "sends",
  summary: "Where a send is, or its result",
  scope: "sends:read",
  params: SEND_PARAMS,
  query: z.strictObject({
    eta: z
      .stringbool({ truthy: ["true"], falsy: ["false"] })
      .default(false)
      .meta({ type: "boolean", description: "Whether to estimate when it is done also where others wait before it." }),
    region: REGION_PARAMETER,
  }),
  answers: { 200: { description: "Where it is.", schema: SEND_STATUS } },
  problems: ["VOLLEY_UNKNOWN_SEND", "VOLLEY_INVALID_REGION"],
  handle: async ({ params: { id }, query: { eta, region }, key }, { producer }) => {
    const place = { id, ...regionOption(region) };
    await requireOwn(key, place, producer);
    const status = await producer.status(id, { ...regionOption(region), eta });
    return { status: 200, body: known(id, status) };
  },
});
