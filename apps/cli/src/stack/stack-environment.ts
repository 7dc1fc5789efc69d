import { regionVariable } from "@volley/contract";
import type { Environment } from "@volley/runtime";

/** What the processes of a stack have in common. */
export type StackEnvironmentOptions = {
  /** Of the process that starts them. */
  readonly environment: Environment;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly regions: readonly string[];
  readonly boardUser: string;
  readonly boardPassword: string;
};

/** Everything is on this machine, so that nothing takes long to stop, in milliseconds. */
const SHUTDOWN_MS = "10000";

/** Whoever tries endpoints here has a consumer here. */
const THIS_MACHINE = "127.0.0.0/8,::1";

/**
 * The environment of the processes of a stack: Volley's own variables over those of this process. The plans are the
 * emulator's: nothing on this machine ever reaches the real provider, whatever is set outside.
 */
export function stackEnvironment(options: StackEnvironmentOptions): Environment {
  const { environment, redisUrl, prefix, regions, boardUser, boardPassword } = options;
  return {
    VOLLEY_SHUTDOWN_MS: SHUTDOWN_MS,
    VOLLEY_EVENTS_ALLOW_NETWORKS: THIS_MACHINE,
    // Nobody real is texted here: whoever tries it finds every button.
    VOLLEY_BOARD_READ_ONLY: "false",
    ...withoutProvider(environment),
    REDIS_URL: redisUrl,
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: regions.join(","),
    VOLLEY_BOARD_USER: boardUser,
    VOLLEY_BOARD_PASSWORD: boardPassword,
    ...perRegion(regions, "SERVICE_PLAN_ID", planOf),
    ...perRegion(regions, "API_TOKEN", (region) => `${region}-token`),
  };
}

/** The variables that make a worker take the emulator for its provider in every region. */
export function providerVariables(regions: readonly string[], emulatorUrl: string): Environment {
  return perRegion(regions, "BASE_URL", () => emulatorUrl);
}

/** The variables with which callbacks are taken: for each region a secret of this run. */
export function callbackVariables(secrets: ReadonlyMap<string, string>): Environment {
  return perRegion([...secrets.keys()], "CALLBACK_SECRETS", (region) => secrets.get(region) ?? "");
}

/** The plan that a region has at the emulator. */
export function planOf(region: string): string {
  return `${region}-plan`;
}

/** Real accounts: beside the emulator's plan a worker would refuse a project, and none of it is for this machine. */
const PROVIDER_VARIABLE =
  /^VOLLEY_.+_(?:SERVICE_PLAN_ID|API_TOKEN|PROJECT_ID|KEY_ID|KEY_SECRET|BASE_URL|CALLBACK_SECRETS|CALLBACK_BASIC|CALLBACK_TOKENS)(?:_FILE)?$|^(?:REDIS_URL|VOLLEY_BOARD_PASSWORD)_FILE$/;

function withoutProvider(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !PROVIDER_VARIABLE.test(name)));
}

function perRegion(regions: readonly string[], name: string, value: (region: string) => string): Environment {
  return Object.fromEntries(regions.map((region) => [`VOLLEY_${regionVariable(region)}_${name}`, value(region)]));
}
