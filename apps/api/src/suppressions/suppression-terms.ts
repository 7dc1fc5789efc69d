import type { ApiKey } from "@volley/keys";
import type { SuppressionScope } from "@volley/producer";
import { z } from "zod";
import { requireRegionAllowed, requireSenderAllowed } from "../guard/require-allowed.ts";
import { requireEverySender, requireWhole } from "../guard/require-whole.ts";
import { REGION } from "../terms/page-query.ts";

export const SCOPE = z
  .union([z.literal("all"), z.strictObject({ region: REGION }), z.strictObject({ sender: z.string().min(1).max(50) })])
  .meta({ id: "SuppressionScope", description: "For whom: all, one region, or one sender of yours." });

const NUMBER = z.string().min(1).max(100);

export const ONE = z.strictObject({ number: NUMBER });

/** As many as fit into a body. */
export const NUMBERS = z.array(NUMBER).min(1).max(20_000);

export const ENTRY = z
  .looseObject({
    number: z.string().nullable(),
    scope: z.unknown(),
    kind: z.string(),
    at: z.string(),
    who: z.string(),
    why: z.string(),
  })
  .meta({ id: "Suppression", description: "An entry of the suppression list." });

/** What every route about the list has. */
export const ABOUT_LIST = {
  tag: "suppressions",
  problems: [
    "region_not_allowed",
    "sender_not_allowed",
    "VOLLEY_INVALID_SUPPRESSION",
    "VOLLEY_SUPPRESSION_SECRET",
    "VOLLEY_SUPPRESSION_UNREADABLE",
    "VOLLEY_SUPPRESSION_UNCONFIRMED",
  ],
} as const;

/**
 * An entry for a region concerns all senders there, and one for a sender all regions.
 *
 * @throws ApiProblem `region_not_allowed`, `sender_not_allowed`
 */
export function requireScopeAllowed(key: ApiKey, scope: SuppressionScope): void {
  if (scope === "all") requireWhole(key);
  else if ("region" in scope) {
    requireRegionAllowed(key, scope.region);
    requireEverySender(key);
  } else {
    requireSenderAllowed(key, scope.sender);
    requireWhole({ regions: key.regions, senders: null });
  }
}
