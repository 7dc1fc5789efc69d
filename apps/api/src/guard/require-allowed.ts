import { AUTO_REGION, type Routes } from "@volley/contract";
import type { ApiKey } from "@volley/keys";
import { plainSender } from "@volley/producer";
import { ApiProblem } from "../terms/api-problem.ts";

/** Whether a key is for a region. */
export function mayUseRegion({ regions }: Pick<ApiKey, "regions">, region: string): boolean {
  return regions === null || regions.includes(region);
}

/** Whether `auto` is meant, and a key is for every region that numbers may go to. */
function mayUseRoutes(key: Pick<ApiKey, "regions">, region: string, routes: Routes | null): boolean {
  if (region !== AUTO_REGION || routes === null) return false;
  const regions = [...Object.values(routes.prefixes), routes.default ?? []].flat();
  return regions.every((name) => mayUseRegion(key, name));
}

/** Whether a key is for a sender. A send without one has the provider's, which is nobody's: a key for some is not for it. */
export function mayUseSender({ senders }: Pick<ApiKey, "senders">, sender: unknown): boolean {
  return (
    senders === null ||
    (typeof sender === "string" && senders.some((known) => plainSender(known) === plainSender(sender)))
  );
}

/**
 * @public
 * @param routes - of region `auto`, which is for who may use all of them
 * @throws ApiProblem `region_not_allowed`
 */
export function requireRegionAllowed(key: Pick<ApiKey, "regions">, region: string, routes: Routes | null = null): void {
  if (!mayUseRegion(key, region) && !mayUseRoutes(key, region, routes))
    throw new ApiProblem("region_not_allowed", "the key is not for this region");
}

/**
 * @public
 * @throws ApiProblem `sender_not_allowed`
 */
export function requireSenderAllowed(key: Pick<ApiKey, "senders">, sender: unknown): void {
  if (!mayUseSender(key, sender)) throw new ApiProblem("sender_not_allowed", "the key is not for this sender");
}
