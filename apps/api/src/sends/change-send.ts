import { InvalidSendError } from "@volley/contract";
import { type Enqueued, ProducerError } from "@volley/producer";
import { z } from "zod";
import { ENQUEUED } from "../enqueue/send-schemas.ts";
import { defineRoute } from "../problems/define-route.ts";
import type { Answer } from "../terms/route.ts";
import { requireOwn } from "./require-own.ts";
import { ABOUT_SEND, placeOf, QUERY, SEND_PARAMS } from "./send-path.ts";
import { CANCELLATION } from "./send-schemas.ts";

/** How long a worker is waited for where nobody says, in milliseconds: less than what most clients wait for. */
const WAIT_MS = 10_000;

const waitMs = z.coerce.number().int().min(1).max(60_000).default(WAIT_MS);

const WAITING = "How long to wait for a worker that counts, in milliseconds.";

/** Times of the first send that may have passed. */
const CHANGES = z
  .strictObject({ send_at: z.string().optional(), expire_at: z.string().optional() })
  .meta({ description: "What the linked send has that the first one had not: times that have passed meanwhile." });

const TERMS = { ...ABOUT_SEND, scope: "sends:write", params: SEND_PARAMS, query: QUERY } as const;

const LINKED = {
  description: "A send of its own is on its queue, to those whom the first one did not reach; or was before.",
  schema: ENQUEUED,
  headers: { Location: "Of that send.", "Idempotent-Replayed": "true where it was on its queue before." },
};

const OF_LINKED = [
  ...ABOUT_SEND.problems,
  "VOLLEY_SEND_NOT_SETTLED",
  "VOLLEY_NOBODY_LEFT",
  "VOLLEY_INVALID_SEND",
  "VOLLEY_IDEMPOTENCY_CONFLICT",
  "VOLLEY_REDIS_FULL",
] as const;

export const cancelSend = defineRoute({
  ...TERMS,
  method: "DELETE",
  path: "/v1/sends/{id}",
  operation: "cancelSend",
  summary: "Stop a send, in whatever state it is",
  description: "Nothing of it goes to the provider after the answer, be it 200 or 202.",
  query: QUERY.extend({ wait_ms: waitMs.meta({ description: WAITING }) }),
  answers: {
    200: { description: "It is stopped, and counted.", schema: CANCELLATION },
    202: {
      description:
        "It is stopped. What the provider keeps for later is taken back, and counted, when a worker is there.",
      schema: CANCELLATION,
    },
  },
  handle: async ({ params: { id }, query, key }, { producer }) => {
    const place = placeOf(query.region);
    await requireOwn(key, { id, ...place }, producer);
    try {
      return { status: 200, body: await producer.cancel(id, { ...place, waitMs: query.wait_ms }) };
    } catch (error) {
      if (!(error instanceof ProducerError) || error.code !== "VOLLEY_WORKER_SILENT") throw error;
      return { status: 202, body: { stopped: null, tooLate: null, unknown: null } };
    }
  },
});

export const retrySend = defineRoute({
  ...TERMS,
  method: "POST",
  path: "/v1/sends/{id}/retry",
  operation: "retrySend",
  summary: "Send once more to those whom a send certainly did not reach",
  description:
    "The same call again answers with the same send. It does not count for the recipients of a day: the first one did.",
  body: { json: z.strictObject({ changes: CHANGES.optional() }), isOptional: true, example: {} },
  answers: { 202: LINKED },
  problems: OF_LINKED,
  handle: async ({ params: { id }, query: { region }, body, key }, { producer }) => {
    const place = placeOf(region);
    await requireOwn(key, { id, ...place }, producer);
    return linked(await inChanges(producer.retry(id, { ...place, changes: changesOf(body?.changes) })));
  },
});

export const resolveSend = defineRoute({
  ...TERMS,
  method: "POST",
  path: "/v1/sends/{id}/resolve",
  operation: "resolveSend",
  summary: "Say what became of recipients about whom nobody knows",
  description: "`sent` counts them as accepted; `not_sent` sends to them in a send of their own.",
  query: QUERY.extend({ wait_ms: waitMs.meta({ description: WAITING }) }),
  body: {
    json: z.strictObject({ decision: z.enum(["sent", "not_sent"]), changes: CHANGES.optional() }),
    example: { decision: "sent" },
  },
  answers: { 202: LINKED, 204: { description: "They count as accepted." } },
  problems: [...OF_LINKED, "VOLLEY_WORKER_SILENT"],
  handle: async ({ params: { id }, query, body: { decision, changes }, key }, { producer }) => {
    const place = placeOf(query.region);
    await requireOwn(key, { id, ...place }, producer);
    const options = { ...place, changes: changesOf(changes), waitMs: query.wait_ms };
    const again = await inChanges(producer.resolve(id, decision, options));
    return again === null ? { status: 204 } : linked(again);
  },
});

function linked(again: Enqueued): Answer {
  const replayed = again.alreadyEnqueued && { "idempotent-replayed": "true" };
  return { status: 202, body: again, headers: { location: `/v1/sends/${again.id}`, ...replayed } };
}

function changesOf({ send_at: sendAt, expire_at: expireAt }: z.output<typeof CHANGES> = {}) {
  return { ...(sendAt !== undefined && { send_at: sendAt }), ...(expireAt !== undefined && { expire_at: expireAt }) };
}

/** What is wrong with the linked send is to be written into `changes`. */
async function inChanges<T>(call: Promise<T>): Promise<T> {
  return call.catch((error: unknown) => {
    if (!(error instanceof InvalidSendError)) throw error;
    throw new InvalidSendError(error.problems.map(({ field, message }) => ({ field: `changes.${field}`, message })));
  });
}
