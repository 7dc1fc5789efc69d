import type { AccessKey } from "../tokens/credentials.ts";

/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Who may call the emulator; undefined where none is named. */
export interface Accounts {
  /** Service plan ID to API token. */
  readonly plans: Readonly<Record<string, string>> | undefined;
  /** Project ID to access key. */
  readonly projects: Readonly<Record<string, AccessKey>> | undefined;
}

interface Found {
  readonly plans: Map<string, string>;
  readonly projects: Map<string, AccessKey>;
  readonly problems: string[];
}

const REGION_NAME = /^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/;

/**
 * Reads plans and projects of every region that the worker knows. A region without either is passed over; one with
 * both gets both. With no plan and no project at all, anybody may call.
 */
export function readAccounts(environment: Environment, problems: string[]): Accounts {
  const regions = (environment["VOLLEY_REGIONS"] ?? "").split(",").map((name) => name.trim());
  const found: Found = { plans: new Map(), projects: new Map(), problems };
  const named = regions.filter((name) => name !== "");
  for (const [index, region] of named.entries()) {
    if (!REGION_NAME.test(region)) {
      problems.push(
        `VOLLEY_REGIONS: entry ${index + 1} is no region name: lower case letters, digits and inner dashes`,
      );
      continue;
    }
    const prefix = `VOLLEY_${region.toUpperCase().replaceAll("-", "_")}`;
    addPlan(environment, prefix, found);
    addProject(environment, prefix, found);
  }
  return {
    plans: found.plans.size === 0 ? undefined : Object.fromEntries(found.plans),
    projects: found.projects.size === 0 ? undefined : Object.fromEntries(found.projects),
  };
}

function addPlan(environment: Environment, prefix: string, { plans, problems }: Found): void {
  const plan = environment[`${prefix}_SERVICE_PLAN_ID`];
  const token = environment[`${prefix}_API_TOKEN`];
  if (!plan && !token) return;
  if (!plan) problems.push(`${prefix}_SERVICE_PLAN_ID: missing, although ${prefix}_API_TOKEN is set`);
  else if (!token) problems.push(`${prefix}_API_TOKEN: missing, although ${prefix}_SERVICE_PLAN_ID is set`);
  else if ((plans.get(plan) ?? token) !== token) {
    problems.push(`${prefix}_API_TOKEN: differs from the token of another region with the same service plan`);
  } else plans.set(plan, token);
}

function addProject(environment: Environment, prefix: string, { projects, problems }: Found): void {
  const names = ["PROJECT_ID", "KEY_ID", "KEY_SECRET"];
  const [project, keyId, keySecret] = names.map((name) => environment[`${prefix}_${name}`]);
  if (!project && !keyId && !keySecret) return;
  if (!project || !keyId || !keySecret) {
    const missing = names.filter((name) => !environment[`${prefix}_${name}`]);
    for (const name of missing)
      problems.push(`${prefix}_${name}: missing, although the project's other settings are set`);
    return;
  }
  const known = projects.get(project) ?? { keyId, keySecret };
  if (known.keyId !== keyId || known.keySecret !== keySecret) {
    problems.push(`${prefix}_KEY_SECRET: differs from the key of another region with the same project`);
  } else projects.set(project, known);
}
