import type { Coalesced, CoalesceMessage } from "@volley/producer";
import { z } from "zod";
import { requireRegionAllowed, requireSenderAllowed } from "../guard/require-allowed.ts";
import { defineRoute } from "../problems/define-route.ts";
import { answerEnqueued } from "./answer-enqueued.ts";
import { requireServedUnlessRepeated } from "./enqueue-request.ts";
import { IDEMPOTENCY_HEADER, requireIdempotencyKey } from "./idempotency-key.ts";
import { createReservation } from "./reservation.ts";
import { COALESCED, MESSAGE_EXAMPLE } from "./send-schemas.ts";
import { HOW } from "./send-query.ts";

export const postMessages = defineRoute({
  method: "POST",
  path: "/v1/messages",
  operation: "createMessage",
  tag: "messages",
  summary: "Enqueue a message to one person, once per idempotency key",
  description:
    "It travels in one send with others of the same key and template that come within a few milliseconds, and is answered when that is on its " +
    "queue. Every further field is one of a send.",
  scope: "sends:write",
  query: z.strictObject({ force: HOW.force }),
  headers: IDEMPOTENCY_HEADER,
  body: {
    json: z.looseObject({
      region: z.string().meta({ description: "Where it goes; `auto` is for sends alone." }),
      to: z.string().meta({ description: "A number or a group ID." }),
      parameters: z
        .record(z.string(), z.string().nullable())
        .nullish()
        .meta({ description: "A value for each placeholder." }),
    }),
    example: MESSAGE_EXAMPLE,
  },
  answers: { 202: { description: "The send that it travels in is on its queue.", schema: COALESCED } },
  problems: [
    "idempotency_key_missing",
    "region_not_allowed",
    "sender_not_allowed",
    "region_not_served",
    "daily_limit_reached",
    "VOLLEY_INVALID_SEND",
    "VOLLEY_INVALID_REGION",
    "VOLLEY_INVALID_IDEMPOTENCY_KEY",
    "VOLLEY_IDEMPOTENCY_CONFLICT",
    "VOLLEY_TOO_MANY_WAITING",
  ],
  handle: async ({ query, body: { region, ...message }, headers, key }, doors) => {
    const target = { region, idempotencyKey: requireIdempotencyKey(headers, key) };
    requireRegionAllowed(key, region);
    requireSenderAllowed(key, message["from"]);
    if (!query.force) await requireServedUnlessRepeated(target, doors, [region]);
    const { producer } = doors;
    const reservation = await createReservation(key, target, producer);
    const enqueue = async (): Promise<Coalesced> => {
      await reservation.take(1);
      // Whatever it is: the producer says what is wrong with it.
      return producer.coalesce(message as unknown as CoalesceMessage, { ...target, owner: key.id });
    };
    return answerEnqueued(await reservation.settling(enqueue, () => 1));
  },
});
