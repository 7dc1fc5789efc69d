import { describe, expect, it } from "@jest/globals";
import { callbackVariables, providerVariables, stackEnvironment } from "./stack-environment.ts";

const OPTIONS = {
  environment: { PATH: "/bin", REDIS_URL: "redis://real", VOLLEY_US_API_TOKEN: "a real one", VOLLEY_REGIONS: "us" },
  redisUrl: "redis://127.0.0.1:7000",
  prefix: "{volley-demo}",
  regions: ["us", "gulf-2"],
  boardUser: "volley",
  boardPassword: "made up",
};

describe("stackEnvironment", () => {
  it("gives every region a plan of the emulator, whatever is set outside", () => {
    expect(stackEnvironment(OPTIONS)).toEqual({
      PATH: "/bin",
      REDIS_URL: "redis://127.0.0.1:7000",
      VOLLEY_EVENTS_ALLOW_NETWORKS: "127.0.0.0/8,::1",
      VOLLEY_PREFIX: "{volley-demo}",
      VOLLEY_REGIONS: "us,gulf-2",
      VOLLEY_US_SERVICE_PLAN_ID: "us-plan",
      VOLLEY_US_API_TOKEN: "us-token",
      VOLLEY_GULF_2_SERVICE_PLAN_ID: "gulf-2-plan",
      VOLLEY_GULF_2_API_TOKEN: "gulf-2-token",
      VOLLEY_BOARD_USER: "volley",
      VOLLEY_BOARD_PASSWORD: "made up",
      VOLLEY_BOARD_READ_ONLY: "false",
      VOLLEY_SHUTDOWN_MS: "10000",
    });
  });

  it("takes no account of the shell along: a worker refuses a project beside the emulator's plan", () => {
    const environment = {
      VOLLEY_US_PROJECT_ID: "real",
      VOLLEY_US_KEY_ID: "real",
      VOLLEY_US_KEY_SECRET: "real",
      VOLLEY_BR_API_TOKEN: "real",
      VOLLEY_GULF_2_BASE_URL: "https://real.example",
      VOLLEY_US_CALLBACK_SECRETS: "real",
      VOLLEY_BR_CALLBACK_TOKENS_FILE: "/real",
    };
    const made = stackEnvironment({ ...OPTIONS, environment });
    expect(Object.entries(made).filter(([, value]) => value?.includes("real"))).toEqual([]);
  });

  it("leaves what is not its own as it is set", () => {
    const environment = { VOLLEY_LOG_LEVEL: "debug", VOLLEY_SHUTDOWN_MS: "500" };
    expect(stackEnvironment({ ...OPTIONS, environment })).toMatchObject(environment);
  });
});

describe("providerVariables", () => {
  it("name the emulator as the provider of every region", () => {
    expect(providerVariables(["us", "gulf-2"], "http://127.0.0.1:8090")).toEqual({
      VOLLEY_US_BASE_URL: "http://127.0.0.1:8090",
      VOLLEY_GULF_2_BASE_URL: "http://127.0.0.1:8090",
    });
  });
});

describe("callbackVariables", () => {
  it("are a secret for each region", () => {
    const secrets = new Map([
      ["us", "one"],
      ["gulf-2", "other"],
    ]);
    expect(callbackVariables(secrets)).toEqual({
      VOLLEY_US_CALLBACK_SECRETS: "one",
      VOLLEY_GULF_2_CALLBACK_SECRETS: "other",
    });
  });
});
