import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { repositoryPath } from "../docker/repository-path.ts";
import { buildContext } from "./build-context.ts";
import { readContainersArguments } from "./containers-arguments.ts";
import { PROCESSES } from "./images.ts";
import { judgeCampaign } from "./judge-campaign.ts";
import { runContainers } from "./run-containers.ts";

test("who was lost, texted twice, or texted without being asked for is counted by the provider's list", () => {
  expect(judgeCampaign(["1", "2", "3"], ["3", "1", "2"])).toEqual({ asked: 3, lost: 0, twice: 0, strangers: 0 });
  expect(judgeCampaign(["1", "2", "3"], ["1", "1", "4", "2"])).toEqual({ asked: 3, lost: 1, twice: 1, strangers: 1 });
});

test("every process that Compose builds is built, for the same port", () => {
  const { services } = parse(readFileSync(repositoryPath("docker/compose.yaml"), "utf8"), { merge: true }) as {
    services: Record<string, { build?: { args: { APP: string; HTTP_PORT?: string } } }>;
  };
  const built = Object.values(services).flatMap(({ build }) => (build === undefined ? [] : [build.args]));
  const ours = Object.values(PROCESSES).map(([APP, port]) => (port === null ? { APP } : { APP, HTTP_PORT: `${port}` }));
  expect(ours).toEqual(expect.arrayContaining(built));
  expect(ours).toHaveLength(built.length);
});

test("what the engine is handed is what .dockerignore lets in: no packages, nothing built, no tests, no environment", async () => {
  const tar = Buffer.from(await text(buildContext().setEncoding("latin1")), "latin1");
  const names = execFileSync("tar", ["-t"], { input: tar, encoding: "utf8" }).split("\n");
  expect(names).toEqual(expect.arrayContaining(["docker/Dockerfile", "pnpm-lock.yaml", "apps/worker/src/main.ts"]));
  expect(names.filter((name) => /node_modules|\/dist\/|\.test\.ts$|\.env|\.git\//.test(name))).toEqual([]);
});

test("where no engine answers, it says so in one line, and that is neither success nor failure", async () => {
  const said: string[] = [];
  expect(await runContainers({ recipients: 1000 }, null, (line) => said.push(line))).toBe(3);
  expect(said).toEqual(["Nothing was built or run in containers: no container engine answers."]);
});

test("the command line says what is wrong with it", () => {
  expect(readContainersArguments([])).toEqual({ recipients: 8000 });
  expect(readContainersArguments(["--", "--recipients", "1000"])).toEqual({ recipients: 1000 });
  expect(readContainersArguments(["--help"])).toBeNull();
  expect(() => readContainersArguments(["--recipients", "many"])).toThrow("--recipients: expected a whole number");
});
