import type { Authentication } from "../authentication/authentication.ts";

/** The regions that Sinch publishes. */
export const PUBLISHED_REGIONS: readonly string[] = ["us", "eu", "au", "br", "ca"];

/**
 * The scheme and host that Sinch publishes for a region. A plan lives in one region only. For projects Sinch publishes
 * `us` and `eu`; the hosts of the others follow the same pattern, and nobody has said that they answer (sinch-facts 1.2).
 *
 * @param kind - who calls: projects have hosts of their own
 * @returns `null` for a name that Sinch does not publish: it needs a base URL of its own, there is no default region
 */
export function publishedBaseUrl(region: string, kind: Authentication["kind"] = "plan"): string | null {
  if (!PUBLISHED_REGIONS.includes(region)) return null;
  return `https://${kind === "project" ? "zt." : ""}${region}.sms.api.sinch.com`;
}
