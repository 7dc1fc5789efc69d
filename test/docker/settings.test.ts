import { expect, test } from "@jest/globals";
import { readApiConfig } from "../../apps/api/src/config.ts";
import { readBoardConfig } from "../../apps/board/src/config.ts";
import { readExporterConfig } from "../../apps/exporter/src/config.ts";
import { readWebhooksConfig } from "../../apps/webhooks/src/config.ts";
import { readWorkerConfig } from "../../apps/worker/src/config.ts";
import { readConfig as readEmulatorConfig } from "../../packages/emulator/src/serve/config.ts";
import { kubernetesEnvironment, without } from "./kubernetes-environment.ts";
import { readYaml } from "./read-yaml.ts";
import { recordAt } from "./value-at.ts";

type Environment = Readonly<Record<string, string>>;

const PLAN = /_(?:SERVICE_PLAN_ID|API_TOKEN)$/;
const PROJECT = /_(?:PROJECT_ID|KEY_ID|KEY_SECRET)$/;

test("the worker starts with what its deployment sets, where the secret has service plans", () => {
  const config = readWorkerConfig(kubernetesEnvironment("worker", without(PROJECT)));

  expect(config.regions.map(({ name, auth }) => [name, auth])).toEqual(
    ["us", "eu"].map((region) => [
      region,
      {
        kind: "plan",
        servicePlanId: `value-of-VOLLEY_${region.toUpperCase()}_SERVICE_PLAN_ID`,
        apiToken: `value-of-VOLLEY_${region.toUpperCase()}_API_TOKEN`,
      },
    ]),
  );
  expect(config).toMatchObject({ port: 9090, host: "0.0.0.0", shutdownMs: 25_000 });
});

test("and where it has projects", () => {
  const config = readWorkerConfig(kubernetesEnvironment("worker", without(PLAN)));

  expect(config.regions.map(({ baseUrl, auth }) => [baseUrl, auth])).toEqual(
    ["us", "eu"].map((region) => [
      `https://zt.${region}.sms.api.sinch.com`,
      {
        kind: "project",
        projectId: `value-of-VOLLEY_${region.toUpperCase()}_PROJECT_ID`,
        keyId: `value-of-VOLLEY_${region.toUpperCase()}_KEY_ID`,
        keySecret: `value-of-VOLLEY_${region.toUpperCase()}_KEY_SECRET`,
      },
    ]),
  );
});

test("the board starts with what its deployment sets", () => {
  expect(readBoardConfig(kubernetesEnvironment("board"))).toMatchObject({
    regions: ["us", "eu"],
    port: 8082,
    host: "0.0.0.0",
    user: "value-of-VOLLEY_BOARD_USER",
    password: "value-of-VOLLEY_BOARD_PASSWORD",
  });
});

test("the exporter starts with what its deployment sets, and with what Compose sets", () => {
  for (const environment of [kubernetesEnvironment("exporter"), composeEnvironment("exporter")]) {
    expect(readExporterConfig(environment)).toMatchObject({ regions: ["us", "eu"], polled: [], port: 9091 });
  }
});

test("the API starts with what its deployment sets, and with what Compose sets", () => {
  for (const environment of [kubernetesEnvironment("api"), composeEnvironment("api")]) {
    expect(readApiConfig(environment)).toMatchObject({ port: 8080, host: "0.0.0.0", prefix: "{volley}" });
  }
});

test("the webhooks start with what their deployment sets, and with what Compose sets", () => {
  const kubernetes = readWebhooksConfig(kubernetesEnvironment("webhooks"));
  expect(kubernetes).toMatchObject({ port: 8081, host: "0.0.0.0", shutdownMs: 25_000 });
  expect(kubernetes.regions.map(({ name, signing }) => [name, signing?.()])).toEqual([
    ["us", ["value-of-VOLLEY_US_CALLBACK_SECRETS"]],
    ["eu", ["value-of-VOLLEY_EU_CALLBACK_SECRETS"]],
  ]);
  const emulator = readEmulatorConfig(composeEnvironment("emulator"));
  const { regions, port } = readWebhooksConfig(composeEnvironment("webhooks"));
  const url = `http://webhooks:${port}/v1/callbacks/us`;
  expect(emulator).toMatchObject({ isValid: true, config: { reportUrl: url, inboundUrl: url } });
  const secret = emulator.isValid ? emulator.config.callbackSecret : null;
  expect(regions.map(({ signing }) => signing?.())).toEqual([[secret], [secret]]);
});

test("the worker starts with what Compose sets, and sends to the emulator", () => {
  const config = readWorkerConfig(composeEnvironment("worker"));

  expect(config.regions.map(({ name, baseUrl }) => [name, baseUrl])).toEqual([
    ["us", "http://emulator:8090"],
    ["eu", "http://emulator:8090"],
  ]);
});

test("the emulator accepts the plans and tokens of Compose's worker", () => {
  const emulator = readEmulatorConfig(composeEnvironment("emulator"));
  const { regions } = readWorkerConfig(composeEnvironment("worker"));

  expect(emulator).toMatchObject({
    isValid: true,
    config: {
      port: 8090,
      host: "0.0.0.0",
      plans: Object.fromEntries(
        regions.map(({ auth }) => (auth.kind === "plan" ? [auth.servicePlanId, auth.apiToken] : [])),
      ),
    },
  });
});

test("the board starts with what Compose sets", () => {
  expect(readBoardConfig(composeEnvironment("board"))).toMatchObject({
    regions: ["us", "eu"],
    port: 8082,
    user: "volley",
  });
});

test("a region is added in settings.yaml alone: with its secrets, every process serves it", () => {
  const { settings, secrets } = without(PROJECT);
  const added = {
    settings: { ...settings, VOLLEY_REGIONS: `${settings["VOLLEY_REGIONS"]},br`, VOLLEY_BR_CONCURRENCY: "7" },
    secrets: new Map(secrets)
      .set("volley-provider-secrets", {
        ...secrets.get("volley-provider-secrets"),
        VOLLEY_BR_SERVICE_PLAN_ID: "plan",
        VOLLEY_BR_API_TOKEN: "token",
      })
      .set("volley-callback-secrets", {
        ...secrets.get("volley-callback-secrets"),
        VOLLEY_BR_CALLBACK_SECRETS: "secret",
      }),
  };
  expect(readWorkerConfig(kubernetesEnvironment("worker", added)).regions.at(-1)).toMatchObject({
    name: "br",
    auth: { kind: "plan", servicePlanId: "plan", apiToken: "token" },
  });
  expect(readWebhooksConfig(kubernetesEnvironment("webhooks", added)).regions.at(-1)).toMatchObject({ name: "br" });
  expect(readBoardConfig(kubernetesEnvironment("board", added)).regions).toEqual(["us", "eu", "br"]);
  expect(readExporterConfig(kubernetesEnvironment("exporter", added)).regions).toEqual(["us", "eu", "br"]);
});

test("a region's secrets reach the one process that needs them, and no other", () => {
  expect(processesThatSee(/_(?:API_TOKEN|KEY_SECRET)$/)).toEqual(["worker"]);
  expect(processesThatSee(/_CALLBACK_SECRETS$/)).toEqual(["webhooks"]);
  expect(processesThatSee(/_BOARD_PASSWORD$/)).toEqual(["board"]);
});

function processesThatSee(pattern: RegExp): readonly string[] {
  return ["worker", "board", "api", "webhooks", "exporter"].filter((app) =>
    Object.keys(kubernetesEnvironment(app)).some((name) => pattern.test(name)),
  );
}

/** The environment that a container gets from Compose: `${NAME:-default}` its default, `${NAME:?}` some value. */
function composeEnvironment(service: string): Environment {
  const variables = recordAt(readYaml("docker/compose.yaml")[0], "services", service, "environment");
  return toEnvironment(
    Object.entries(variables).map(([name, value]) => [
      name,
      String(value)
        .replace(/^\$\{\w+:-(.*)\}$/, "$1")
        .replace(/^\$\{\w+:\?.*\}$/, "some-value"),
    ]),
  );
}

function toEnvironment(entries: readonly (readonly [string, unknown])[]): Environment {
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
