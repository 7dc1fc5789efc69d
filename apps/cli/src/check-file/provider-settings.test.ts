import { describe, expect, it } from "@jest/globals";
import { SettingsError } from "@volley/runtime";
import { readProviderSettings } from "./provider-settings.ts";

const PLAN = { VOLLEY_EU_SERVICE_PLAN_ID: "plan", VOLLEY_EU_API_TOKEN: "token" };

describe("how the provider is reached", () => {
  it("is what Sinch publishes for a service plan", () => {
    expect(readProviderSettings(PLAN, "eu")).toEqual({
      auth: { kind: "plan", servicePlanId: "plan", apiToken: "token" },
      baseUrl: "https://eu.sms.api.sinch.com",
      timeoutMs: 8_000,
      proxy: {},
    });
  });

  it("is another host for a project, over the proxies of the environment", () => {
    const project = { VOLLEY_EU_PROJECT_ID: "p", VOLLEY_EU_KEY_ID: "k", VOLLEY_EU_KEY_SECRET: "s" };
    const environment = { ...project, https_proxy: "http://proxy:3128", NO_PROXY: "localhost" };
    expect(readProviderSettings(environment, "eu")).toMatchObject({
      auth: { kind: "project", projectId: "p", keyId: "k", keySecret: "s" },
      baseUrl: "https://zt.eu.sms.api.sinch.com",
      proxy: { https: "http://proxy:3128", no: "localhost" },
    });
  });

  it("is nobody's guess where both a service plan and a project are set: the worker refuses them, too", () => {
    const both = { ...PLAN, VOLLEY_EU_KEY_ID: "k" };
    expect(() => readProviderSettings(both, "eu")).toThrow(
      "VOLLEY_EU_PROJECT_ID: expected either a service plan or a project, " +
        "got VOLLEY_EU_SERVICE_PLAN_ID, VOLLEY_EU_API_TOKEN, VOLLEY_EU_KEY_ID",
    );
  });

  it("has to be said for a name that Sinch does not publish", () => {
    const environment = { VOLLEY_GULF_2_SERVICE_PLAN_ID: "plan", VOLLEY_GULF_2_API_TOKEN: "token" };
    expect(() => readProviderSettings(environment, "gulf-2")).toThrow(/^VOLLEY_GULF_2_BASE_URL: expected the base URL/);
  });

  it("names everything that is missing", () => {
    expect(() => readProviderSettings({ VOLLEY_CA_FILE: "/nowhere.pem" }, "eu")).toThrow(SettingsError);
    expect(() => readProviderSettings({ VOLLEY_CA_FILE: "/nowhere.pem" }, "eu")).toThrow(
      /VOLLEY_EU_SERVICE_PLAN_ID: [^]*VOLLEY_EU_API_TOKEN: [^]*VOLLEY_CA_FILE: /,
    );
  });
});
