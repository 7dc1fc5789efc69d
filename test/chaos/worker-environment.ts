import { planOf } from "./plan-strike.ts";

/** The region whose sends are cut into lots to keep a pace, until an operator says otherwise. */
const PACED_REGION = "eu";

const RECIPIENTS_PER_SECOND = 2_000;

/** Lots of at most 200 recipients. */
const BURST_MS = 100;

/** The environment of the process that takes callbacks. */
export function webhooksEnvironment(
  regions: readonly string[],
  { redisUrl, prefix }: Omit<WorkerPlaces, "baseUrl">,
): Record<string, string> {
  const secrets = regions.map((region) => [`VOLLEY_${region.toUpperCase()}_CALLBACK_SECRETS`, secretOf(region)]);
  return {
    REDIS_URL: redisUrl,
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: regions.join(","),
    ...Object.fromEntries(secrets),
  };
}

/** What the callbacks of a region are signed with. */
export function secretOf(region: string): string {
  return `the secret of ${region}`;
}

/** How the provider reports: every tenth fails, every tenth is told twice, some before the answer, all in any order. */
export const REPORTING = {
  VOLLEY_EMULATOR_FAIL_SHARE: "0.1",
  VOLLEY_EMULATOR_SEED: "1",
  VOLLEY_EMULATOR_REPORTS_TWICE: "0.1",
  VOLLEY_EMULATOR_REPORTS_EARLY: "0.05",
  VOLLEY_EMULATOR_CALLBACK_ORDER: "random",
} as const;

/** Where the workers find everything. */
export type WorkerPlaces = { readonly redisUrl: string; readonly prefix: string; readonly baseUrl?: string };

/**
 * The environment of the workers and of the emulator. Everything is short, so that much happens in a minute; the hold
 * still is longer than a request and a late listing together, as it is with the defaults.
 */
export function workerEnvironment(
  regions: readonly string[],
  { redisUrl, prefix, baseUrl = "http://127.0.0.1:9" }: WorkerPlaces,
): Record<string, string> {
  const ofRegions = regions.flatMap((region) => {
    const name = `VOLLEY_${region.toUpperCase()}`;
    return [
      [`${name}_SERVICE_PLAN_ID`, planOf(region)],
      [`${name}_API_TOKEN`, `${region}-token`],
      [`${name}_BASE_URL`, baseUrl],
      [`${name}_TIMEOUT_MS`, "1200"],
      [`${name}_CONCURRENCY`, "5"],
      // What Redis has forgotten of callbacks that it had taken, nobody calls back with again.
      [`${name}_POLL_MS`, "1000"],
      ...(region === PACED_REGION ? paceOf(name) : []),
    ];
  });
  return {
    REDIS_URL: redisUrl,
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: regions.join(","),
    VOLLEY_UNKNOWN_HOLD_MS: "3000",
    VOLLEY_PROBE_MS: "500",
    VOLLEY_SHUTDOWN_MS: "10000",
    ...Object.fromEntries(ofRegions),
  };
}

function paceOf(name: string): [variable: string, value: string][] {
  return [
    [`${name}_RECIPIENTS_PER_SECOND`, String(RECIPIENTS_PER_SECOND)],
    [`${name}_BURST_MS`, String(BURST_MS)],
  ];
}
