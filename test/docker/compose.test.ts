import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { isKnownSetting } from "./is-known-setting.ts";
import { isRecord } from "./is-record.ts";
import { readYaml } from "./read-yaml.ts";
import { repositoryPath } from "./repository-path.ts";
import { recordAt, valueAt } from "./value-at.ts";

const FILE = "docker/compose.yaml";
const text = readFileSync(repositoryPath(FILE), "utf8");
const compose = readYaml(FILE)[0];
const services = recordAt(compose, "services");
const ours = Object.keys(services).filter((name) => name !== "redis");
const processes = ours.filter((name) => name !== "cli");

describe("redis", () => {
  const redis = recordAt(services, "redis");

  test("writes every second to disk and never drops a key", () => {
    const command = valueAt(redis, "command");

    expect(Array.isArray(command) ? command.join(" ") : command).toBe(
      "redis-server --appendonly yes --appendfsync everysec --maxmemory-policy noeviction",
    );
  });

  test("keeps its data in a volume that outlives the container", () => {
    expect(valueAt(redis, "volumes")).toEqual(["redis-data:/data"]);
    expect(recordAt(compose, "volumes")).toHaveProperty("redis-data");
  });

  test("says when it is ready, and fails while it is still loading", () => {
    expect(valueAt(redis, "healthcheck", "test")).toEqual(["CMD", "redis-cli", "-e", "ping"]);
  });
});

describe("the network", () => {
  test("everything is on a network that leads nowhere", () => {
    expect(valueAt(compose, "networks", "inside", "internal")).toBe(true);
    for (const name of Object.keys(services)) {
      expect(valueAt(services, name, "networks")).toContain("inside");
    }
  });

  test("only the board and the API are published, and only to this machine", () => {
    const published = Object.keys(services).filter((name) => "ports" in recordAt(services, name));

    expect(published.map((name) => [name, valueAt(services, name, "ports")])).toEqual([
      ["board", ["127.0.0.1:8082:8082"]],
      ["api", ["127.0.0.1:8080:8080"]],
    ]);
    for (const name of published) expect(valueAt(services, name, "networks")).toEqual(["inside", "outside"]);
  });
});

describe("the worker", () => {
  test("runs twice", () => {
    expect(valueAt(services, "worker", "deploy", "replicas")).toBe(2);
  });

  test("starts when Redis and the emulator are well", () => {
    expect(valueAt(services, "worker", "depends_on")).toEqual({
      redis: { condition: "service_healthy" },
      emulator: { condition: "service_healthy" },
    });
  });

  test("has a provider and credentials in every region, the ones that the emulator knows", () => {
    const environment = recordAt(services, "worker", "environment");
    const emulator = recordAt(services, "emulator", "environment");

    for (const region of regionsOf(environment)) {
      expect(environment[`VOLLEY_${region.toUpperCase()}_BASE_URL`]).toBe("http://emulator:8090");
      for (const setting of ["SERVICE_PLAN_ID", "API_TOKEN"]) {
        const name = `VOLLEY_${region.toUpperCase()}_${setting}`;
        expect(environment).toHaveProperty(name, expect.stringMatching(/./));
        expect(emulator[name]).toBe(environment[name]);
      }
    }
  });
});

describe("the board", () => {
  test("does not start without a password", () => {
    expect(valueAt(services, "board", "environment", "VOLLEY_BOARD_PASSWORD")).toMatch(
      /^\$\{VOLLEY_BOARD_PASSWORD:\?.+\}$/,
    );
  });

  test("shows the regions that the worker serves", () => {
    expect(valueAt(services, "board", "environment", "VOLLEY_REGIONS")).toBe(
      valueAt(services, "worker", "environment", "VOLLEY_REGIONS"),
    );
  });
});

describe.each(["worker", "board"])("the %s", (name) => {
  test("is given longer to stop than it takes at most", () => {
    const grace = String(valueAt(services, name, "stop_grace_period"));
    const shutdownMs = Number(valueAt(services, name, "environment", "VOLLEY_SHUTDOWN_MS"));

    expect(grace).toMatch(/^\d+s$/);
    expect(shutdownMs).toBeGreaterThan(0);
    expect(Number.parseInt(grace, 10) * 1000).toBeGreaterThan(shutdownMs);
  });
});

describe.each(ours)("%s", (name) => {
  test("is built from the one Dockerfile, from a folder that holds a process", () => {
    const app = String(valueAt(services, name, "build", "args", "APP"));

    expect(repositoryPath(`docker/${String(valueAt(services, name, "build", "context"))}`)).toBe(repositoryPath(""));
    expect(valueAt(services, name, "build", "dockerfile")).toBe("docker/Dockerfile");
    expect(existsSync(repositoryPath(`${app}/package.json`))).toBe(true);
  });

  test("sets only what Volley reads, every value a string", () => {
    const environment = recordAt(services, name, "environment");

    expect(Object.keys(environment).filter((setting) => !isKnownSetting(setting, regionsOf(environment)))).toEqual([]);
    // YAML's 25000 and true would be read differently by every tool on the way.
    expect(Object.values(environment).filter((value) => typeof value !== "string")).toEqual([]);
  });

  test("runs without privileges, on a file system that it cannot write", () => {
    expect(services[name]).toMatchObject({
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
  });
});

describe.each(processes)("%s", (name) => {
  test("is built for the port that it listens on, where the image's health check asks", () => {
    expect(valueAt(services, name, "build", "args", "HTTP_PORT")).toBe(
      valueAt(services, name, "environment", "VOLLEY_HTTP_PORT"),
    );
    expect(services[name]).not.toHaveProperty("healthcheck");
  });
});

test("goes on with the board's password, and refuses to without it", () => {
  expect(isUnderstood({ VOLLEY_BOARD_PASSWORD: "a password of this test" })).toBe(true);
  expect(isUnderstood({})).toBe(false);
});

/** Asks `docker compose` itself where there is one; elsewhere whether every required variable of the file is set. */
function isUnderstood(environment: Readonly<Record<string, string>>): boolean {
  if (spawnSync("docker", ["compose", "version"]).status !== 0) {
    const required = [...text.matchAll(/\$\{(\w+):\?/g)].map(([, variable = ""]) => variable);
    return required.every((variable) => environment[variable] !== undefined);
  }
  const { status } = spawnSync("docker", ["compose", "-f", repositoryPath(FILE), "config", "--quiet"], {
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
  });
  return status === 0;
}

function regionsOf(environment: unknown): readonly string[] {
  const regions = isRecord(environment) ? environment["VOLLEY_REGIONS"] : undefined;
  return typeof regions === "string" ? regions.split(",") : [];
}
