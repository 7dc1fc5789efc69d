import { oneOf, OPTION, type OptionKind, requireOptions, wholeNumber } from "@volley/contract";
import type { PlanAuthentication, ProjectAuthentication } from "../authentication/authentication.ts";
import type { SinchClientOptions } from "./sinch-client-options.ts";
import type { ProxyOptions } from "../transport/proxy.ts";

/** What is read elsewhere, with an error of its own. */
const ANY_TEXT: OptionKind = { expected: "a text", isGood: (value) => typeof value === "string" };

/** Every option of a type, none forgotten: the compiler compares them. */
type Kinds<Options> = Readonly<Record<keyof Options, OptionKind>>;

const CLIENT: Kinds<SinchClientOptions> = {
  baseUrl: ANY_TEXT,
  auth: OPTION.object,
  servicePlanId: OPTION.text,
  apiToken: OPTION.text,
  timeoutMs: OPTION.timerMs,
  maxAnswerBytes: wholeNumber(1),
  secrets: OPTION.function,
  httpClient: oneOf(["got", "node"]),
  transport: OPTION.function,
  ca: ANY_TEXT,
  proxy: OPTION.object,
  now: OPTION.function,
  random: OPTION.function,
};

const KIND = oneOf(["plan", "project"]);

const PLAN: Kinds<PlanAuthentication> = { kind: KIND, servicePlanId: OPTION.text, apiToken: OPTION.text };

const PROJECT: Kinds<ProjectAuthentication> = {
  kind: KIND,
  projectId: OPTION.text,
  keyId: OPTION.text,
  keySecret: OPTION.text,
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
