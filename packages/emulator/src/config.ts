const REGION_NAME = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/** What the process is set to. */
interface EmulatorConfig {
  readonly host: string;
  readonly port: number;
  readonly latencyMs: number;
  /** Service plan ID to API token; undefined accepts any plan with any token. */
  readonly plans: Readonly<Record<string, string>> | undefined;
}

/** The settings, or every reason why they are wrong. */
export type ReadConfig =
  | { readonly isValid: true; readonly config: EmulatorConfig }
  | { readonly isValid: false; readonly problems: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of `main.ts`. An empty variable counts as absent.
 *
 * Plans and tokens come from the very variables of the worker, so that both can start with one environment. A region
 * with neither is passed over: it may use project authentication, which is not emulated.
 */
export function readConfig(environment: Environment): ReadConfig {
  const problems: string[] = [];
  const config: EmulatorConfig = Object.freeze({
    host: environment["VOLLEY_HTTP_HOST"] || "127.0.0.1",
    port: readInteger(environment, "VOLLEY_HTTP_PORT", 8_090, 65_535, problems),
    latencyMs: readInteger(environment, "VOLLEY_EMULATOR_LATENCY_MS", 0, 2_147_483_647, problems),
    plans: readPlans(environment, problems),
  });
  return problems.length === 0 ? { isValid: true, config } : { isValid: false, problems };
}

function readInteger(
  environment: Environment,
  name: string,
  fallback: number,
  max: number,
  problems: string[],
): number {
  const text = environment[name];
  if (!text) return fallback;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value <= max) return value;
  problems.push(`${name}: expected a whole number from 0 to ${max}, got "${text}"`);
  return fallback;
}

function readPlans(environment: Environment, problems: string[]): Readonly<Record<string, string>> | undefined {
  const regions = (environment["VOLLEY_REGIONS"] ?? "").split(",").map((name) => name.trim());
  const plans = new Map<string, string>();
  for (const region of regions.filter((name) => name !== "")) {
    if (!REGION_NAME.test(region)) {
      problems.push(`VOLLEY_REGIONS: "${region}" is no region name: lower case letters, digits and inner dashes`);
      continue;
    }
    addPlan(environment, `VOLLEY_${region.toUpperCase().replaceAll("-", "_")}`, plans, problems);
  }
  return plans.size === 0 ? undefined : Object.fromEntries(plans);
}

function addPlan(environment: Environment, prefix: string, plans: Map<string, string>, problems: string[]): void {
  const plan = environment[`${prefix}_SERVICE_PLAN_ID`];
  const token = environment[`${prefix}_API_TOKEN`];
  if (!plan && !token) return;
  if (!plan) problems.push(`${prefix}_SERVICE_PLAN_ID: missing, although ${prefix}_API_TOKEN is set`);
  else if (!token) problems.push(`${prefix}_API_TOKEN: missing, although ${prefix}_SERVICE_PLAN_ID is set`);
  else if ((plans.get(plan) ?? token) !== token) {
    problems.push(`${prefix}_API_TOKEN: differs from the token of another region with the same service plan`);
  } else plans.set(plan, token);
}
