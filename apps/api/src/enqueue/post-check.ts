import { AUTO_REGION, sendJsonSchema } from "@volley/contract";
import type { CheckReport, SendToMany } from "@volley/producer";
import { z } from "zod";
import { requireRegionAllowed, requireSenderAllowed } from "../guard/require-allowed.ts";
import { requireWhole } from "../guard/require-whole.ts";
import { defineRoute } from "../problems/define-route.ts";
import { ApiProblem } from "../terms/api-problem.ts";
import type { Doors } from "../terms/route.ts";
import { endingWith } from "./ending-with.ts";
import { type Caller, requireNoPages, routeTableOf } from "./enqueue-request.ts";
import { bytesOf, LIST_TYPES, readList } from "./read-list.ts";
import { CHECK_REPORT, SEND_EXAMPLE, withRegion } from "./send-schemas.ts";
import {
  CHECK_QUERY,
  duplicatesOf,
  messageIn,
  requireListRegion,
  requireNoListParameters,
  type SendQuery,
} from "./send-query.ts";
import { takeList } from "./take-list.ts";

export const postCheck = defineRoute({
  method: "POST",
  path: "/v1/check",
  operation: "checkSend",
  tag: "sends",
  summary: "Say what a send would come to, and enqueue nothing",
  description:
    "It takes what `POST /v1/sends` takes and answers what that would refuse: mistakes are in the report. Who is in it, the segments " +
    "of everybody's own text, how long the region takes, who has opted out, what it costs.",
  scope: "sends:write",
  query: CHECK_QUERY,
  body: {
    json: z.looseObject({ region: z.string().optional() }),
    jsonSchema: withRegion(sendJsonSchema()),
    streams: LIST_TYPES,
    example: SEND_EXAMPLE,
  },
  answers: { 200: { description: "What it would come to.", schema: CHECK_REPORT } },
  problems: [
    "region_not_allowed",
    "sender_not_allowed",
    "invalid_list",
    "body_incomplete",
    "request_timeout",
    "VOLLEY_INVALID_SEND",
    "VOLLEY_INVALID_REGION",
  ],
  handle: async ({ query, body, stream, ...caller }, doors) => {
    const terms = { query, caller, doors };
    if (stream === null) {
      requireNoListParameters(query);
      const { region, ...send } = body;
      requireNoPages(send["to"]);
      return { status: 200, body: await check(send, region, terms) };
    }
    const region = requireListRegion(query);
    const message = messageIn(query);
    const lines = readList(bytesOf(stream.body), { ...query, type: stream.type, region, body: message["body"] });
    const routeOf = routeTableOf(region, doors);
    const taken = takeList(lines, { region, message, invalid: "skip", routeOf, onPage: async () => {} });
    const report = await check({ ...message, to: taken.pages() }, region, terms);
    return { status: 200, body: { ...report, rejectedLines: taken.wrong() } };
  },
});

type Terms = {
  readonly query: Partial<SendQuery> & { readonly price_per_segment?: number | undefined };
  readonly caller: Caller;
  readonly doors: Doors;
};

async function check(
  send: Readonly<Record<string, unknown>>,
  region: string | undefined,
  { query, caller, doors }: Terms,
): Promise<CheckReport> {
  if (region !== undefined) requireRegionAllowed(caller.key, region, doors.routes);
  else if (caller.key.regions !== null) {
    throw new ApiProblem("region_not_allowed", "the key is for some regions: expected one of them");
  }
  requireSenderAllowed(caller.key, send["from"]);
  const duplicates = duplicatesOf(query);
  if (duplicates) requireWhole(caller.key);
  const ending = endingWith(caller.gone, doors.stopping);
  const options = {
    signal: ending.signal,
    // It is none: of a send to several there is no one speed.
    ...(region !== AUTO_REGION && { region }),
    ...(query.price_per_segment !== undefined && { pricePerSegment: query.price_per_segment }),
    ...(duplicates && { duplicates }),
  };
  try {
    return await doors.producer.check(send as unknown as SendToMany, options);
  } finally {
    ending.forget();
  }
}
