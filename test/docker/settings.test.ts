import { expect, test } from "@jest/globals";
import { readApiConfig } from "../../apps/api/src/config.ts";
import { readBoardConfig } from "../../apps/board/src/config.ts";
import { readExporterConfig } from "../../apps/exporter/src/config.ts";
import { readWebhooksConfig } from "../../apps/webhooks/src/config.ts";
import { readWorkerConfig } from "../../apps/worker/src/config.ts";
import { readConfig as readEmulatorConfig } from "../../packages/emulator/src/serve/config.ts";
import { onlyContainer, readDeployment } from "./read-deployment.ts";
import { readYaml } from "./read-yaml.ts";
import { recordAt } from "./value-at.ts";

type Environment = Readonly<Record<string, string>>;

const PLAN = /-(?:service-plan-id|api-token)$/;
const PROJECT = /-(?:project-id|key-id|key-secret)$/;

test("the worker starts with what its deployment sets, where the secret has service plans", () => {
  const config = readWorkerConfig(kubernetesEnvironment("worker", PROJECT));

  expect(config.regions.map(({ name, auth }) => [name, auth])).toEqual(
    ["us", "eu"].map((region) => [
      region,
      { kind: "plan", servicePlanId: `value-of-${region}-service-plan-id`, apiToken: `value-of-${region}-api-token` },
    ]),
  );
  expect(config).toMatchObject({ port: 9090, host: "0.0.0.0", shutdownMs: 25_000 });
});

test("and where it has projects", () => {
  const config = readWorkerConfig(kubernetesEnvironment("worker", PLAN));

  expect(config.regions.map(({ baseUrl, auth }) => [baseUrl, auth])).toEqual(
    ["us", "eu"].map((region) => [
      `https://zt.${region}.sms.api.sinch.com`,
      {
        kind: "project",
        projectId: `value-of-${region}-project-id`,
        keyId: `value-of-${region}-key-id`,
        keySecret: `value-of-${region}-key-secret`,
      },
    ]),
  );
});

test("the board starts with what its deployment sets", () => {
  expect(readBoardConfig(kubernetesEnvironment("board"))).toMatchObject({
    regions: ["us", "eu"],
    port: 8082,
    host: "0.0.0.0",
    user: "value-of-board-user",
    password: "value-of-board-password",
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
    ["us", ["value-of-us-callback-secrets"]],
    ["eu", ["value-of-eu-callback-secrets"]],
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

/**
 * The environment that a container gets in Kubernetes, every secret standing for itself.
 *
 * @param missing - keys that the secret does not have
 */
function kubernetesEnvironment(app: string, missing?: RegExp): Environment {
  const variables = (onlyContainer(readDeployment(app)).env ?? []).filter(
    ({ valueFrom }) => missing === undefined || !missing.test(valueFrom?.secretKeyRef?.key ?? ""),
  );
  const settings = recordAt(readYaml("docker/k8s/settings.yaml")[0], "data");
  return toEnvironment([
    ...Object.entries(settings),
    ...variables.map(
      ({ name, value, valueFrom }) => [name, value ?? valueOfSecret(valueFrom?.secretKeyRef?.key)] as const,
    ),
  ]);
}

function valueOfSecret(key: string | undefined): string {
  return key === "redis-url" ? "rediss://user:password@redis.example:6379/0" : `value-of-${String(key)}`;
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
