import { z } from "zod";
import { requireEverySender } from "../guard/require-whole.ts";
import { defineRoute } from "../problems/define-route.ts";
import { ApiProblem } from "../terms/api-problem.ts";
import { said } from "../terms/page-query.ts";
import { ABOUT_WEBHOOK, ENDPOINT, isOwn, requireOwnWebhook, WITH_SECRET } from "./webhook-terms.ts";

const READ = { ...ABOUT_WEBHOOK, method: "GET", scope: "webhooks:read" } as const;

export const addWebhook = defineRoute({
  method: "POST",
  path: "/v1/webhooks",
  operation: "addWebhook",
  tag: "way back",
  summary: "Have events delivered to a URL, beginning with the next one that happens",
  scope: "webhooks:write",
  body: {
    json: z.strictObject({
      url: z.string().max(2_000),
      types: z.array(z.string()).max(100).optional(),
      regions: z.array(z.string()).max(1_000).optional(),
    }),
    example: { url: "https://shop.example/events", types: ["message.received"], regions: ["eu"] },
  },
  answers: { 201: { description: "It is there.", schema: WITH_SECRET, headers: { Location: "Of the webhook." } } },
  problems: ["VOLLEY_INVALID_ENDPOINT", "VOLLEY_TOO_MANY_ENDPOINTS", "region_not_allowed", "sender_not_allowed"],
  handle: async ({ body, key }, { producer }) => {
    requireEverySender(key);
    if (!isOwn(key, { regions: body.regions ?? null })) {
      throw new ApiProblem("region_not_allowed", "regions: the key is for some regions, and the webhook for others");
    }
    const added = await producer.endpoints.add(said(body));
    return { status: 201, headers: { location: `/v1/webhooks/${added.endpoint.id}` }, body: added };
  },
});

export const listWebhooks = defineRoute({
  ...READ,
  params: z.strictObject({}),
  path: "/v1/webhooks",
  operation: "listWebhooks",
  summary: "All webhooks that the key is for",
  answers: {
    200: {
      description: "All of them: there is one page.",
      schema: z.object({ data: z.array(ENDPOINT), next: z.null() }),
    },
  },
  problems: ["sender_not_allowed"],
  handle: async ({ key }, { producer }) => {
    requireEverySender(key);
    const data = (await producer.endpoints.list()).filter((endpoint) => isOwn(key, endpoint));
    return { status: 200, body: { data, next: null } };
  },
});

export const getWebhook = defineRoute({
  ...READ,
  path: "/v1/webhooks/{id}",
  operation: "getWebhook",
  summary: "A webhook, and how it is doing",
  answers: { 200: { description: "How it is.", schema: ENDPOINT } },
  handle: async ({ params: { id }, key }, { producer }) => ({
    status: 200,
    body: await requireOwnWebhook(key, id, producer),
  }),
});
