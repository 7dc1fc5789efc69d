import { z } from "zod";
import { defineRoute } from "../problems/define-route.ts";
import { requireOwn } from "./require-own.ts";
import { ABOUT_SEND, placeOf, QUERY, SEND_PARAMS } from "./send-path.ts";
import { BATCHES_PAGE, DELIVERIES_PAGE } from "./send-schemas.ts";

const PAGE = QUERY.extend({
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000).meta({ description: "The most of a page." }),
  cursor: z.string().max(200).optional().meta({ description: "Of the page before; without one, from the beginning." }),
});

const TERMS = {
  ...ABOUT_SEND,
  method: "GET",
  scope: "sends:read",
  params: SEND_PARAMS,
  query: PAGE,
  problems: [...ABOUT_SEND.problems, "VOLLEY_INVALID_CURSOR"],
} as const;

export const getBatches = defineRoute({
  ...TERMS,
  path: "/v1/sends/{id}/batches",
  operation: "getBatches",
  summary: "The batches that the provider has accepted, page by page",
  answers: { 200: { description: "A page.", schema: BATCHES_PAGE } },
  handle: async ({ params: { id }, query, key }, { producer }) => {
    await requireOwn(key, { id, region: query.region }, producer);
    return { status: 200, body: await producer.batches(id, optionsOf(query)) };
  },
});

export const getDeliveries = defineRoute({
  ...TERMS,
  path: "/v1/sends/{id}/deliveries",
  operation: "getDeliveries",
  summary: "What became of the messages to whom, as the provider reports, page by page",
  description: "It has numbers of people.",
  answers: { 200: { description: "A page.", schema: DELIVERIES_PAGE } },
  handle: async ({ params: { id }, query, key }, { producer }) => {
    await requireOwn(key, { id, region: query.region }, producer);
    return { status: 200, body: await producer.deliveries(id, optionsOf(query)) };
  },
});

function optionsOf({ region, limit, cursor }: z.output<typeof PAGE>) {
  return { ...placeOf(region), limit, ...(cursor !== undefined && { cursor }) };
}
