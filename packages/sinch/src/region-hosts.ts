/** The hosts that Sinch publishes for service plan authentication. A plan lives in one region only. */
const PUBLISHED_HOSTS: ReadonlyMap<string, string> = new Map(
  ["us", "eu", "au", "br", "ca"].map((region) => [region, `https://${region}.sms.api.sinch.com`]),
);

/** The regions that Sinch publishes. */
export const PUBLISHED_REGIONS: readonly string[] = [...PUBLISHED_HOSTS.keys()];

/**
 * The scheme and host that Sinch publishes for a region.
 *
 * @returns `null` for a name that Sinch does not publish: it needs a base URL of its own, there is no default region
 */
export function publishedBaseUrl(region: string): string | null {
  return PUBLISHED_HOSTS.get(region) ?? null;
}
