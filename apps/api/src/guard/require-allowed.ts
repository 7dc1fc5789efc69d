import type { ApiKey } from "@volley/keys";
import { plainSender } from "@volley/producer";
import { ApiProblem } from "../terms/api-problem.ts";

/** Whether a key is for a region. One that is for some is for `auto` only where it is for every region that numbers may go to. */
export function mayUseRegion({ regions }: Pick<ApiKey, "regions">, region: string): boolean {
  return regions === null || regions.includes(region);
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
 * @throws ApiProblem `region_not_allowed`
 */
export function requireRegionAllowed(key: Pick<ApiKey, "regions">, region: string): void {
  if (!mayUseRegion(key, region)) throw new ApiProblem("region_not_allowed", "the key is not for this region");
}

/**
 * @public
 * @throws ApiProblem `sender_not_allowed`
 */
export function requireSenderAllowed(key: Pick<ApiKey, "senders">, sender: unknown): void {
  if (!mayUseSender(key, sender)) throw new ApiProblem("sender_not_allowed", "the key is not for this sender");
}
