import type { PlanAuthentication, ProjectAuthentication } from "./authentication/authentication.ts";
import { FUNCTION, type Kinds, OBJECT, type OptionKind, requireOptions, TEXT, wholeNumber } from "./require-options.ts";
import type { SinchClientOptions } from "./sinch-client-options.ts";
import type { ProxyOptions } from "./transport/proxy.ts";

/** What is read elsewhere, with an error of its own. */
const ANY_TEXT: OptionKind = ["a text", (value) => typeof value === "string"];

const CLIENT: Kinds<SinchClientOptions> = {
  baseUrl: ANY_TEXT,
  auth: OBJECT,
  servicePlanId: TEXT,
  apiToken: TEXT,
  timeoutMs: wholeNumber(1),
  maxAnswerBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  transport: FUNCTION,
  ca: ANY_TEXT,
  proxy: OBJECT,
  now: FUNCTION,
  random: FUNCTION,
};

const KIND: OptionKind = ["plan or project", (value) => value === "plan" || value === "project"];

const PLAN: Kinds<PlanAuthentication> = { kind: KIND, servicePlanId: TEXT, apiToken: TEXT };

const PROJECT: Kinds<ProjectAuthentication> = {
  kind: KIND,
  projectId: TEXT,
  keyId: TEXT,
  keySecret: TEXT,
  authUrl: ANY_TEXT,
};

const PROXY: Kinds<ProxyOptions> = { https: ANY_TEXT, http: ANY_TEXT, no: ANY_TEXT };

/** @throws TypeError for an option that there is not, that is wrong, or that is missing */
export function requireClientOptions(options: SinchClientOptions): void {
  requireOptions("createSinchClient", options, CLIENT);
  const { auth, proxy } = options;
  requireAll("createSinchClient", options, auth === undefined ? ["baseUrl", "servicePlanId", "apiToken"] : ["baseUrl"]);
  if (proxy !== undefined) requireOptions("proxy", proxy, PROXY);
  if (auth === undefined) return;
  requireOptions("auth", auth, auth.kind === "plan" ? PLAN : PROJECT);
  requireAll(
    "auth",
    auth,
    auth.kind === "plan" ? ["servicePlanId", "apiToken"] : ["kind", "projectId", "keyId", "keySecret"],
  );
}

function requireAll(where: string, options: object, names: readonly string[]): void {
  const missing = names.find((name) => Reflect.get(options, name) === undefined);
  if (missing !== undefined) throw new TypeError(`${where}.${missing}: expected a value, got nothing`);
}
