import type { RegionContext } from "../region/region-context.ts";
import type { PolicyInput } from "./retry-policy.ts";

/** What a decision depends on, as it is now. */
export function policyInput({ guard, now, random, unknownHoldMs, probeIntervalMs }: RegionContext): PolicyInput {
  return { troubles: guard.troubles(), unknownHoldMs, probeIntervalMs, now: now(), random: random() };
}
