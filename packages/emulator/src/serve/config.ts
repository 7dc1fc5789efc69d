import type { EmulatorOptions } from "../emulation/emulator-options.ts";
import { isHttpUrl } from "../values/http-url.ts";
import { readAccounts } from "./read-accounts.ts";
import type { Environment } from "./read-accounts.ts";

/** The settings, or every reason why they are wrong. */
export type ReadConfig =
  | { readonly isValid: true; readonly config: EmulatorOptions }
  | { readonly isValid: false; readonly problems: readonly string[] };

const MAX_INTEGER = 2_147_483_647;

/**
 * Reads the settings of `main.ts`. An empty variable counts as absent.
 *
 * Plans and projects come from the very variables of the worker, so that both can start with one environment.
 */
export function readConfig(environment: Environment): ReadConfig {
  const problems: string[] = [];
  const read = new Reader(environment, problems);
  const config: EmulatorOptions = Object.freeze({
    host: read.text("VOLLEY_HTTP_HOST") ?? "127.0.0.1",
    port: read.integer("VOLLEY_HTTP_PORT", 65_535) ?? 8_090,
    latencyMs: read.integer("VOLLEY_EMULATOR_LATENCY_MS", MAX_INTEGER) ?? 0,
    speed: read.number("VOLLEY_EMULATOR_SPEED", 0.01, 1_000_000),
    dispatchMs: read.integer("VOLLEY_EMULATOR_DISPATCH_MS", MAX_INTEGER),
    failShare: read.number("VOLLEY_EMULATOR_FAIL_SHARE", 0, 1),
    seed: read.integer("VOLLEY_EMULATOR_SEED", MAX_INTEGER),
    tokenSeconds: read.integer("VOLLEY_EMULATOR_TOKEN_SECONDS", MAX_INTEGER),
    reportUrl: read.url("VOLLEY_EMULATOR_REPORT_URL"),
    inboundUrl: read.url("VOLLEY_EMULATOR_INBOUND_URL"),
    callbackSecret: read.text("VOLLEY_EMULATOR_CALLBACK_SECRET"),
    callbackOrder: read.oneOf("VOLLEY_EMULATOR_CALLBACK_ORDER", ["due", "random"] as const),
    reportsTwice: read.number("VOLLEY_EMULATOR_REPORTS_TWICE", 0, 1),
    reportsEarly: read.number("VOLLEY_EMULATOR_REPORTS_EARLY", 0, 1),
    keep: read.oneOf("VOLLEY_EMULATOR_KEEP", ["everything", "counts"] as const),
    defaultOriginator: read.originators("VOLLEY_EMULATOR_DEFAULT_ORIGINATOR"),
    acceptAnyGroup: read.boolean("VOLLEY_EMULATOR_ACCEPT_ANY_GROUP"),
    refuseLateCancel: read.boolean("VOLLEY_EMULATOR_REFUSE_LATE_CANCEL"),
    ...readAccounts(environment, problems),
  });
  return problems.length === 0 ? { isValid: true, config } : { isValid: false, problems };
}

/** Reads one variable after the other, and collects what is wrong. */
class Reader {
  readonly #environment: Environment;
  readonly #problems: string[];

  constructor(environment: Environment, problems: string[]) {
    this.#environment = environment;
    this.#problems = problems;
  }

  text(name: string): string | undefined {
    return this.#environment[name] || undefined;
  }

  integer(name: string, max: number): number | undefined {
    return this.#parse(name, `a whole number from 0 to ${max}`, (text) => {
      const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
      return value <= max ? value : undefined;
    });
  }

  number(name: string, min: number, max: number): number | undefined {
    return this.#parse(name, `a number from ${min} to ${max}`, (text) => {
      const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : NaN;
      return value >= min && value <= max ? value : undefined;
    });
  }

  boolean(name: string): boolean | undefined {
    return this.oneOf(name, ["true", "false"] as const)?.startsWith("t");
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    return this.#parse(name, `one of ${values.join(", ")}`, (text) => values.find((value) => value === text));
  }

  url(name: string): string | undefined {
    return this.#parse(name, "an http or https URL", (text) => (isHttpUrl(text) ? text : undefined));
  }

  /** `true`, or `46=Volley,1=12015550123`. */
  originators(name: string): boolean | Readonly<Record<string, string>> | undefined {
    return this.#parse(name, "true, false or pairs such as 46=Volley,1=12015550123", (text) => {
      if (text === "true" || text === "false") return text === "true";
      const pairs = text.split(",").map((pair) => /^(\d{0,15})=([^=]{1,18})$/.exec(pair.trim())?.slice(1) ?? []);
      return pairs.every(({ length }) => length === 2) ? Object.fromEntries(pairs) : undefined;
    });
  }

  #parse<Value>(name: string, expected: string, parse: (text: string) => Value | undefined): Value | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) this.#problems.push(`${name}: expected ${expected}, got ${kindOf(text)}`);
    return value;
  }
}

/** A short number as it is; of everything else the length alone, because it may be a token in the wrong variable. */
function kindOf(text: string): string {
  if (/^-?\d{1,6}(?:\.\d{1,3})?$/.test(text)) return JSON.stringify(text);
  return text.length === 1 ? "1 character" : `${text.length} characters`;
}
