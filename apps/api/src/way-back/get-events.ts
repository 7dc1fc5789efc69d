import { EVENT_TYPES } from "@volley/producer";
import { z } from "zod";
import { mayUseRegion, mayUseSender, requireRegionAllowed } from "../guard/require-allowed.ts";
import { requireEverySender } from "../guard/require-whole.ts";
import { defineRoute } from "../problems/define-route.ts";
import { PAGE, REGION, said, TIME } from "../terms/page-query.ts";

const FOLLOWED = {
  cursor: z
    .string()
    .nullable()
    .meta({ description: "For the next page, which may be empty; null: there is none now." }),
  later: z.string().meta({ description: "The cursor for what comes later, whenever that is." }),
  unreachable: z
    .array(z.string())
    .optional()
    .meta({ description: "Regions whose own Redis cannot be reached: what is theirs is missing." }),
};

const EVENTS = z
  .looseObject({
    events: z.array(z.looseObject({ id: z.string(), type: z.string(), at: z.string(), data: z.looseObject({}) })),
    ...FOLLOWED,
    dropped: z.looseObject({ from: z.string(), to: z.string() }).nullable(),
  })
  .meta({ id: "EventsPage", description: "Events in the order in which they were written down." });

const INBOUNDS = z
  .looseObject({
    inbounds: z.array(
      z.looseObject({ region: z.string(), at: z.string(), id: z.string(), send_id: z.string().nullable() }),
    ),
    ...FOLLOWED,
  })
  .meta({ id: "InboundsPage", description: "Messages from phones, the oldest first." });

const TERMS = { method: "GET", tag: "way back", scope: "events:read" } as const;

export const getEvents = defineRoute({
  ...TERMS,
  path: "/v1/events",
  operation: "getEvents",
  summary: "What has happened, page by page",
  description: "They have numbers of people. Those of regions that the key is not for are left out.",
  query: PAGE.extend({
    types: z
      .string()
      .max(1_000)
      .transform((text) => text.split(","))
      .pipe(z.array(z.enum(EVENT_TYPES)))
      .optional()
      .meta({ description: `Some of ${EVENT_TYPES.join(", ")}, with commas between them; by default all.` }),
    since: TIME.optional(),
  }),
  answers: { 200: { description: "A page.", schema: EVENTS } },
  problems: ["VOLLEY_INVALID_CURSOR", "sender_not_allowed"],
  handle: async ({ query, key }, { producer }) => {
    requireEverySender(key);
    const page = await producer.events(said(query));
    return { status: 200, body: { ...page, events: page.events.filter(({ region }) => mayUseRegion(key, region)) } };
  },
});

export const getInbounds = defineRoute({
  ...TERMS,
  path: "/v1/inbounds",
  operation: "getInbounds",
  summary: "What people have texted, page by page",
  description: "Those to regions and senders that the key is not for are left out.",
  query: PAGE.extend({ region: REGION.optional(), since: TIME.optional() }),
  answers: { 200: { description: "A page.", schema: INBOUNDS } },
  problems: ["VOLLEY_INVALID_CURSOR", "VOLLEY_INVALID_REGION", "region_not_allowed"],
  handle: async ({ query, key }, { producer }) => {
    if (query.region !== undefined) requireRegionAllowed(key, query.region);
    const page = await producer.inbounds(said(query));
    const inbounds = page.inbounds.filter(({ region, to }) => mayUseRegion(key, region) && mayUseSender(key, to));
    return { status: 200, body: { ...page, inbounds } };
  },
});
