import type { ApiKey } from "@volley/keys";
import { ApiProblem } from "../terms/api-problem.ts";

type Limits = Pick<ApiKey, "regions" | "senders">;

/**
 * For what concerns all regions and all senders.
 *
 * @throws ApiProblem `region_not_allowed`, `sender_not_allowed`
 */
export function requireWhole(key: Limits): void {
  if (key.regions !== null) throw new ApiProblem("region_not_allowed", "this takes a key that is for every region");
  requireEverySender(key);
}

/** For what concerns all senders of a region. @throws ApiProblem `sender_not_allowed` */
export function requireEverySender(key: Limits): void {
  if (key.senders !== null) throw new ApiProblem("sender_not_allowed", "this takes a key that is for every sender");
}
