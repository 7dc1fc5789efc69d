import { describe, expect, it } from "@jest/globals";
import { unreadSettings } from "@volley/contract";
import { readBoardConfig } from "../apps/board/src/config.ts";
import { readCliConfig } from "../apps/cli/src/redis/config.ts";
import { readProviderSettings } from "../apps/cli/src/check-file/provider-settings.ts";
import { readApiConfig } from "../apps/api/src/config.ts";
import { readWebhooksConfig } from "../apps/webhooks/src/config.ts";
import { readWorkerConfig } from "../apps/worker/src/config.ts";
import { readConfig } from "../packages/emulator/src/serve/config.ts";

type Environment = Record<string, string | undefined>;

/** Credentials as they look, each in every variable: whatever stands in a wrong place is said by its kind. */
const TOKENS = [
  "9f86d081884c7d659a2feaa0c55ad015",
  "sk-live:Zm9vYmFyOmJhei1xdXV4",
  "Zm9vYmFy/OmJhei1xdXV4+==",
  "https://hush:Zm9vYmFyOmJhei1xdXV4@provider.example/Zm9vYmFyOmJhei1xdXV4",
  "Zm9vYmFyOmJhei1xdXV4,Zm9vYmFyOmJhei1xdXV4",
];

/** What of them may stand nowhere: any eight characters in a row. */
const SECRET = /9f86d081|4c7d659a|0c55ad01|sk-live|Zm9vYmFy|OmJhei1x|hush/;

const GOOD: Environment = {
  VOLLEY_REGIONS: "us,gulf-2",
  VOLLEY_US_SERVICE_PLAN_ID: "plan",
  VOLLEY_US_API_TOKEN: "token",
  VOLLEY_GULF_2_PROJECT_ID: "project",
  VOLLEY_GULF_2_KEY_ID: "key",
  VOLLEY_GULF_2_KEY_SECRET: "secret",
  VOLLEY_GULF_2_BASE_URL: "https://gulf.example",
  REDIS_MASTER_NAME: "volley",
  REDIS_SENTINELS: "one:26379",
};

const READERS: readonly [string, (environment: Environment) => unknown][] = [
  ["worker", readWorkerConfig],
  ["api", readApiConfig],
  ["webhooks", readWebhooksConfig],
  ["board", readBoardConfig],
  ["command line", readCliConfig],
  ["provider settings of the command line", (environment) => readProviderSettings(environment, "gulf-2")],
  ["emulator", (environment) => refuse(readConfig(environment))],
];

describe.each(READERS)("the %s", (_, read) => {
  it("repeats no value of any variable that it reads", () => {
    const names = variablesOf(read);
    const said = names.flatMap((name) => TOKENS.map((token) => problemsOf(read, { ...GOOD, [name]: token })));
    expect(names.length).toBeGreaterThan(5);
    expect(said.filter((problems) => problems !== "").length).toBeGreaterThan(10);
    expect(said.filter((problems) => SECRET.test(problems))).toEqual([]);
  });

  it("reads none of which it is said that nobody does", () => {
    const set = Object.fromEntries(variablesOf(read).map((name) => [name, "set"]));
    expect(unreadSettings(set, ["us", "gulf-2"])).toEqual([]);
  });

  it("names the variables that are wrong, all of them", () => {
    const all = new Proxy({}, { get: () => "Zm9vYmFy OmJhei1xdXV4" });
    expect(problemsOf(read, all)).toMatch(/^(?:REDIS_|VOLLEY_)\w+: /m);
    expect(problemsOf(read, all)).not.toMatch(SECRET);
  });
});

/** Every variable that a process reads, by the names that it asks for. */
function variablesOf(read: (environment: Environment) => unknown): string[] {
  const names = new Set<string>();
  problemsOf(
    read,
    new Proxy(GOOD, {
      get: (good, name) => {
        names.add(String(name));
        return good[String(name)];
      },
    }),
  );
  return [...names];
}

/** What a person reads who starts it so; empty when it starts. */
function problemsOf(read: (environment: Environment) => unknown, environment: Environment): string {
  try {
    read(environment);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function refuse(config: ReturnType<typeof readConfig>): void {
  if (!config.isValid) throw new Error(config.problems.join("\n"));
}
