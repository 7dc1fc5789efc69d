import { expect, test } from "@jest/globals";
import { readBoardConfig } from "../../apps/board/src/config.ts";
import { readWorkerConfig } from "../../apps/worker/src/config.ts";
import { readConfig as readEmulatorConfig } from "../../packages/emulator/src/config.ts";
import { onlyContainer, readDeployment } from "./read-deployment.ts";
import { readYaml } from "./read-yaml.ts";
import { recordAt } from "./value-at.ts";

type Environment = Readonly<Record<string, string>>;

test("the worker starts with what its deployment sets", () => {
  const config = readWorkerConfig(kubernetesEnvironment("worker"));

  expect(config.regions.map(({ name, servicePlanId, apiToken }) => [name, servicePlanId, apiToken])).toEqual([
    ["us", "value-of-us-service-plan-id", "value-of-us-api-token"],
    ["eu", "value-of-eu-service-plan-id", "value-of-eu-api-token"],
  ]);
  expect(config).toMatchObject({ port: 9090, host: "0.0.0.0", shutdownMs: 25_000 });
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
      plans: Object.fromEntries(regions.map(({ servicePlanId, apiToken }) => [servicePlanId, apiToken])),
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

/** The environment that a container gets in Kubernetes, every secret standing for itself. */
function kubernetesEnvironment(app: string): Environment {
  const variables = onlyContainer(readDeployment(app)).env ?? [];
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
