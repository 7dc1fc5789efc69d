import { AUTO_REGION, LISTED_KINDS, readTime, sendResultSchema } from "@volley/contract";
import type { ApiKey } from "@volley/keys";
import { LIST_STATES } from "@volley/producer";
import { z } from "zod";
import { requireRegionAllowed, requireSenderAllowed } from "../guard/require-allowed.ts";
import { defineRoute } from "../problems/define-route.ts";

const time = z
  .string()
  .max(40)
  .refine((text) => readTime(text) !== null, { error: "a time as ISO-8601" });

const QUERY = z.strictObject({
  region: z.string().max(100).optional().meta({ description: "`auto` for those of several regions together." }),
  state: z.enum(LIST_STATES).optional().meta({ description: "Where it is, or what it came to." }),
  label: z.string().max(80).optional().meta({ description: "The very label." }),
  from: z.string().max(24).optional().meta({ description: "The sender." }),
  since: time.optional().meta({ description: "Enqueued then or later." }),
  until: time.optional().meta({ description: "Enqueued before then." }),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).meta({ description: "The most of a page." }),
  cursor: z.string().max(2_000).optional().meta({ description: "Of the page before; without one, from the newest." }),
});

const count = z.int().min(0);

const SEND_IN_LIST = z
  .object({
    id: z.string(),
    region: z.string(),
    kind: z.enum(LISTED_KINDS),
    enqueuedAt: z.iso.datetime(),
    from: z.string().nullable(),
    label: z.string().nullable(),
    recipients: z.object({ requested: count, valid: count }),
    state: z.enum(["scheduled", "queued", "sending", "settled", "failed"]).nullable(),
    result: sendResultSchema.pick({ state: true, recipients: true }).nullable(),
    whole: z.string().optional(),
  })
  .meta({ id: "SendInList", description: "A send as the list has it; the state is null once its result is not kept." });

const LIST_PAGE = z
  .object({
    sends: z.array(SEND_IN_LIST),
    cursor: z
      .string()
      .nullable()
      .meta({ description: "For the next page, which may be empty; null where there is none." }),
    unreachable: z
      .array(z.string())
      .optional()
      .meta({ description: "Regions whose own Redis cannot be reached: their sends are missing." }),
  })
  .meta({ id: "ListPage", description: "Sends, the newest first." });

export const listSends = defineRoute({
  tag: "sends",
  method: "GET",
  path: "/v1/sends",
  operation: "listSends",
  summary: "The sends of the last 30 days, the newest first, page by page",
  description:
    "None is left out and none shown twice, whatever is enqueued meanwhile. A key that is for some regions or senders sees theirs " +
    "alone: of a send to several regions those parts of it that are in its own. What is searched for rarely may take several pages, " +
    "of which some are empty.",
  scope: "sends:read",
  query: QUERY,
  answers: { 200: { description: "A page.", schema: LIST_PAGE } },
  problems: ["VOLLEY_INVALID_REGION", "VOLLEY_INVALID_CURSOR", "region_not_allowed", "sender_not_allowed"],
  handle: async ({ query: { region, from, ...rest }, key }, { producer }) => {
    const wanted = { ...rest, region: regionsOf(key, region), from: sendersOf(key, from) };
    const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    return { status: 200, body: await producer.list(given) };
  },
});

/** A key for some regions is for none of several together, which may go to others. */
function regionsOf(key: ApiKey, region: string | undefined): string | readonly string[] | undefined {
  if (region === undefined) return key.regions?.filter((name) => name !== AUTO_REGION);
  requireRegionAllowed(key, region);
  return region;
}

function sendersOf(key: ApiKey, from: string | undefined): string | readonly string[] | undefined {
  if (from === undefined) return key.senders ?? undefined;
  requireSenderAllowed(key, from);
  return from;
}
