import { z } from "zod";
import { defineRoute } from "../problems/define-route.ts";
import { TIME } from "../terms/page-query.ts";
import { ABOUT_WEBHOOK, ENDPOINT, requireOwnWebhook, WITH_SECRET } from "./webhook-terms.ts";

const WRITE = { ...ABOUT_WEBHOOK, method: "POST", scope: "webhooks:write" } as const;

/** How long an answer to a test event is waited for where nobody says, in milliseconds. */
const WAIT_MS = 10_000;

const TEST_ANSWER = z.object({
  ok: z.boolean(),
  status: z.int().nullable(),
  failure: z.string().nullable(),
  ms: z.number(),
});

const REPLAY = z.object({ since: z.string(), kept_since: z.string().nullable(), is_complete: z.boolean() });

export const removeWebhook = defineRoute({
  ...WRITE,
  method: "DELETE",
  path: "/v1/webhooks/{id}",
  operation: "removeWebhook",
  summary: "Deliver nothing more to a webhook, and forget it",
  answers: { 204: { description: "It is gone." } },
  handle: async ({ params: { id }, key }, { producer }) => {
    await requireOwnWebhook(key, id, producer);
    await producer.endpoints.remove(id);
    return { status: 204 };
  },
});

export const enableWebhook = defineRoute({
  ...WRITE,
  path: "/v1/webhooks/{id}/enable",
  operation: "enableWebhook",
  summary: "Go on delivering where it stopped, as far as the events are still kept",
  answers: { 200: { description: "It is enabled.", schema: ENDPOINT } },
  handle: async ({ params: { id }, key }, { producer }) => {
    await requireOwnWebhook(key, id, producer);
    return { status: 200, body: await producer.endpoints.enable(id) };
  },
});

export const disableWebhook = defineRoute({
  ...WRITE,
  path: "/v1/webhooks/{id}/disable",
  operation: "disableWebhook",
  summary: "Deliver nothing for now; events wait as long as they are kept",
  answers: { 200: { description: "It is disabled.", schema: ENDPOINT } },
  handle: async ({ params: { id }, key }, { producer }) => {
    await requireOwnWebhook(key, id, producer);
    return { status: 200, body: await producer.endpoints.disable(id) };
  },
});

export const rotateWebhook = defineRoute({
  ...WRITE,
  path: "/v1/webhooks/{id}/rotate",
  operation: "rotateWebhook",
  summary: "Make a new secret; for 24 hours everything is signed with the old one, too",
  answers: { 200: { description: "With the new secret.", schema: WITH_SECRET } },
  handle: async ({ params: { id }, key }, { producer }) => {
    await requireOwnWebhook(key, id, producer);
    return { status: 200, body: await producer.endpoints.rotate(id) };
  },
});

export const testWebhook = defineRoute({
  ...WRITE,
  path: "/v1/webhooks/{id}/test",
  operation: "testWebhook",
  summary: "Have a test event delivered now, also where it is disabled",
  query: z.strictObject({ wait_ms: z.coerce.number().int().min(1).max(60_000).default(WAIT_MS) }),
  answers: { 200: { description: "What the URL has answered.", schema: TEST_ANSWER } },
  problems: [...ABOUT_WEBHOOK.problems, "VOLLEY_RELAY_SILENT"],
  handle: async ({ params: { id }, query, key }, { producer }) => {
    await requireOwnWebhook(key, id, producer);
    return { status: 200, body: await producer.endpoints.test(id, { waitMs: query.wait_ms }) };
  },
});

export const replayWebhook = defineRoute({
  ...WRITE,
  path: "/v1/webhooks/{id}/replay",
  operation: "replayWebhook",
  summary: "Deliver once more what has happened since a time, with the same IDs",
  body: { json: z.strictObject({ since: TIME }), example: { since: "2026-11-01T09:00:00Z" } },
  answers: { 202: { description: "It begins.", schema: REPLAY } },
  problems: [...ABOUT_WEBHOOK.problems, "VOLLEY_INVALID_ENDPOINT", "VOLLEY_ENDPOINT_DISABLED"],
  handle: async ({ params: { id }, body, key }, { producer }) => {
    await requireOwnWebhook(key, id, producer);
    return { status: 202, body: await producer.endpoints.replay(id, body) };
  },
});
