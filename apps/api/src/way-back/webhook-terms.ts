import { kindOf } from "@volley/contract";
import type { ApiKey } from "@volley/keys";
import { type Endpoint, type Producer, ProducerError } from "@volley/producer";
import { z } from "zod";
import { mayUseRegion } from "../guard/require-allowed.ts";
import { requireEverySender } from "../guard/require-whole.ts";

export const ENDPOINT = z
  .looseObject({
    id: z.string(),
    url: z.string(),
    types: z.array(z.string()).nullable(),
    regions: z.array(z.string()).nullable(),
    state: z.enum(["enabled", "disabled"]),
    reason: z.string().nullable(),
    since: z.string(),
    created_at: z.string(),
    failing_since: z.string().nullable(),
    failure: z.string().nullable(),
    waiting: z.int(),
  })
  .meta({ id: "Webhook", description: "Where events are delivered to; as `volley webhook list --json` says it." });

export const WITH_SECRET = z.looseObject({ endpoint: ENDPOINT, secret: z.string() }).meta({
  id: "WebhookWithSecret",
  description: "With the secret that its events are signed with: it is shown this once.",
});

/** What every route about one webhook has. */
export const ABOUT_WEBHOOK = {
  tag: "way back",
  params: z.strictObject({ id: z.string().min(1).max(100).meta({ example: "ep_0123456789abcdef01234567" }) }),
  problems: ["VOLLEY_UNKNOWN_ENDPOINT", "sender_not_allowed"],
} as const;

/** Whether a webhook gets nothing that the key is not for. */
export function isOwn(key: Pick<ApiKey, "regions">, { regions }: Pick<Endpoint, "regions">): boolean {
  return key.regions === null || (regions !== null && regions.every((region) => mayUseRegion(key, region)));
}

/**
 * A webhook that gets events of other regions than the key's is as one that there is not.
 *
 * @throws ProducerError `VOLLEY_UNKNOWN_ENDPOINT`. @throws ApiProblem `sender_not_allowed`
 */
export async function requireOwnWebhook(key: ApiKey, id: string, { endpoints }: Producer): Promise<Endpoint> {
  requireEverySender(key);
  const endpoint = await endpoints.get(id);
  if (isOwn(key, endpoint)) return endpoint;
  const got = kindOf(id, { isPrivate: true });
  throw new ProducerError("VOLLEY_UNKNOWN_ENDPOINT", `expected the ID of an endpoint (ep_…) that there is, got ${got}`);
}
