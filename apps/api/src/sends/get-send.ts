import { z } from "zod";
import { defineRoute } from "../problems/define-route.ts";
import { known, requireOwn } from "./require-own.ts";
import { ABOUT_SEND, placeOf, QUERY, SEND_PARAMS } from "./send-path.ts";
import { EXPLANATION, SEND_STATUS } from "./send-schemas.ts";

export const getSend = defineRoute({
  ...ABOUT_SEND,
  method: "GET",
  path: "/v1/sends/{id}",
  operation: "getSend",
  summary: "Where a send is, or its result",
  scope: "sends:read",
  params: SEND_PARAMS,
  query: QUERY.extend({
    eta: z
      .stringbool({ truthy: ["true"], falsy: ["false"] })
      .default(false)
      .meta({ type: "boolean", description: "Whether to estimate when it is done also where others wait before it." }),
  }),
  answers: { 200: { description: "Where it is.", schema: SEND_STATUS } },
  handle: async ({ params: { id }, query: { eta, region }, key }, { producer }) => {
    const place = placeOf(region);
    await requireOwn(key, { id, ...place }, producer);
    return { status: 200, body: known(id, await producer.status(id, { ...place, eta })) };
  },
});

export const explainSend = defineRoute({
  ...ABOUT_SEND,
  method: "GET",
  path: "/v1/sends/{id}/explain",
  operation: "explainSend",
  summary: "Why a send has not been sent, or what it came to",
  scope: "sends:read",
  params: SEND_PARAMS,
  query: QUERY,
  answers: { 200: { description: "One reason, as a word and as a sentence.", schema: EXPLANATION } },
  handle: async ({ params: { id }, query: { region }, key }, { producer }) => {
    const place = placeOf(region);
    await requireOwn(key, { id, ...place }, producer);
    return { status: 200, body: known(id, await producer.explain(id, place)) };
  },
});
