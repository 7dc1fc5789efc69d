/** Where everything is. */
export type Addresses = { readonly redisUrl: string; readonly baseUrl: string };

/**
 * The environment of a worker that works on some regions.
 *
 * The log is as quiet as a busy operator would have it, and the port is any: nobody asks for the worker's health here.
 */
export function workerEnvironment(
  regions: readonly string[],
  { redisUrl, baseUrl }: Addresses,
): Record<string, string> {
  const baseUrls = regions.map((region) => [`VOLLEY_${region.toUpperCase()}_BASE_URL`, baseUrl]);
  return {
    ...planSettings(regions),
    ...Object.fromEntries(baseUrls),
    REDIS_URL: redisUrl,
    VOLLEY_LOG_LEVEL: "warn",
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
  };
}

/** The regions with their plans, for worker and emulator alike. */
export function planSettings(regions: readonly string[]): Record<string, string> {
  const ofRegions = regions.flatMap((region) => {
    const name = `VOLLEY_${region.toUpperCase()}`;
    return [
      [`${name}_SERVICE_PLAN_ID`, `${region}-plan`],
      [`${name}_API_TOKEN`, tokenOf(region)],
    ];
  });
  return { VOLLEY_REGIONS: regions.join(","), ...Object.fromEntries(ofRegions) };
}

/** The API token of a region's plan. */
export function tokenOf(region: string): string {
  return `${region}-token`;
}

/** Where batches of a region are posted to. */
export function batchesUrl(region: string, baseUrl: string): string {
  return `${baseUrl}/xms/v1/${region}-plan/batches`;
}
