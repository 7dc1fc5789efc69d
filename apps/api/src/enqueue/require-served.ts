import { AUTO_REGION, nearestRegion } from "@volley/contract";
import type { Producer } from "@volley/producer";
import { ApiProblem } from "../terms/api-problem.ts";

/**
 * Looks whether workers have ever worked on regions: what is sent to one that is mistyped waits and expires, and the caller was
 * told that it was accepted.
 *
 * @throws ApiProblem `region_not_served`
 */
export async function requireServed(
  producer: Pick<Producer, "servedRegions">,
  regions: readonly string[],
): Promise<void> {
  const named = regions.filter((region) => region !== AUTO_REGION);
  const served = await producer.servedRegions(named);
  const unserved = named.find((region) => !served.includes(region));
  if (unserved === undefined) return;
  const meant = nearestRegion(unserved, await producer.servedRegions());
  const question = meant === undefined ? "" : `, did you mean ${meant}?`;
  const detail = `no worker has ever worked on the region ${unserved}${question || "."} force=true sends all the same`;
  throw new ApiProblem("region_not_served", detail, {
    problems: [{ pointer: "/region", in: "body", detail: "expected a region that workers have worked on" }],
  });
}
