import { sendJsonSchema } from "@volley/contract";
import { z } from "zod";
import { defineRoute } from "../problems/define-route.ts";
import { answerEnqueued } from "./answer-enqueued.ts";
import { ENQUEUED, SEND_EXAMPLE, withRegion } from "./send-schemas.ts";
import { enqueueAtOnce, enqueueList } from "./enqueue-request.ts";
import { IDEMPOTENCY_HEADER, requireIdempotencyKey } from "./idempotency-key.ts";
import { bytesOf, LIST_TYPES, readList } from "./read-list.ts";
import { messageIn, requireListRegion, requireNoListParameters, SEND_QUERY } from "./send-query.ts";

export const postSends = defineRoute({
  method: "POST",
  path: "/v1/sends",
  operation: "createSend",
  tag: "sends",
  summary: "Enqueue a send, once per idempotency key",
  description:
    "A send as JSON, or a list of recipients of any length as CSV or JSON lines with the message in the query. Nothing is sent before " +
    "the last recipient is there: a connection that breaks sends nothing, and the same request with the same key finishes the work.",
  scope: "sends:write",
  query: SEND_QUERY,
  headers: IDEMPOTENCY_HEADER,
  body: {
    // The contract is checked by the producer, once, and with a pointer to every mistake.
    json: z.looseObject({ region: z.string() }),
    jsonSchema: withRegion(sendJsonSchema()),
    streams: LIST_TYPES,
    example: SEND_EXAMPLE,
  },
  answers: { 202: { description: "It is on its queue.", schema: ENQUEUED } },
  problems: [
    "idempotency_key_missing",
    "region_not_allowed",
    "sender_not_allowed",
    "region_not_served",
    "daily_limit_reached",
    "invalid_lines",
    "body_incomplete",
    "request_timeout",
    "invalid_list",
    "VOLLEY_INVALID_SEND",
    "VOLLEY_INVALID_REGION",
    "VOLLEY_INVALID_IDEMPOTENCY_KEY",
    "VOLLEY_IDEMPOTENCY_CONFLICT",
    "VOLLEY_DUPLICATES",
    "VOLLEY_NOBODY_LEFT",
  ],
  handle: async ({ query, body, stream, headers, ...caller }, doors) => {
    const request = { idempotencyKey: requireIdempotencyKey(headers, caller.key), query };
    if (stream === null) {
      requireNoListParameters(query);
      const { region, to, ...message } = body;
      return answerEnqueued(await enqueueAtOnce({ ...request, region, to, message }, caller, doors));
    }
    const region = requireListRegion(query);
    const message = messageIn(query);
    const lines = readList(bytesOf(stream.body), { ...query, type: stream.type, region, body: message["body"] });
    return answerEnqueued(await enqueueList({ ...request, region, message, lines }, caller, doors));
  },
});
