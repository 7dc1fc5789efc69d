import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { EVENT_TYPES } from "@volley/producer";
import type { Json } from "./json-schema.ts";

const HEADERS = {
  "webhook-id": "The event's ID: the same on every repetition.",
  "webhook-timestamp": "When it was signed, in seconds.",
  "webhook-signature": "By Standard Webhooks, with the endpoint's secret.",
};

const { resolve } = createRequire(import.meta.url);

/** What endpoints are told, by the JSON Schemas of the events. */
export function wayBack(): Json {
  return Object.fromEntries(EVENT_TYPES.map((type) => [type, { post: told(type) }]));
}

function told(type: string): Json {
  const { $schema: _dialect, $id: _id, title: _title, ...schema } = schemaOf(type);
  return {
    operationId: `on.${type}`,
    tags: ["way back"],
    summary: String(schema["description"]).split(". ")[0],
    description:
      "Delivered to the endpoints that somebody has added, at least once, until one of them answers with 2xx.",
    security: [],
    parameters: Object.entries(HEADERS).map(([name, description]) => ({
      name,
      in: "header",
      required: true,
      description,
      schema: { type: "string" },
    })),
    requestBody: { required: true, content: { "application/json": { schema } } },
    responses: {
      "2XX": { description: "It was taken." },
      "4XX": { description: "It was not, and comes again; after 410 nothing more comes." },
    },
  };
}

function schemaOf(type: string): Record<string, unknown> {
  return JSON.parse(readFileSync(resolve(`@volley/receipts/schemas/${type}.json`), "utf8")) as Record<string, unknown>;
}
