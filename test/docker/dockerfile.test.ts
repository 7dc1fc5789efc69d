import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { describe, expect, test } from "@jest/globals";
import type { Instruction } from "./dockerfile-instructions.ts";
import { dockerfileInstructions } from "./dockerfile-instructions.ts";
import { recordAt, valueAt } from "./value-at.ts";
import { repositoryPath } from "./repository-path.ts";

const instructions = dockerfileInstructions(readFileSync(repositoryPath("docker/Dockerfile"), "utf8"));
const lastStage = instructions.slice(instructions.findLastIndex(({ keyword }) => keyword === "FROM"));

describe("the build", () => {
  test("starts from a slim Node 24, which can be replaced, and takes packages from a store that may be there", () => {
    const bases = valuesOf(instructions, "FROM").map((value) => value.split(" ")[0]);

    expect(instructions.slice(0, 3)).toEqual(
      ["NODE_IMAGE=node:24-bookworm-slim", "RUNTIME_IMAGE=${NODE_IMAGE}", "PACKAGES_IMAGE=scratch"].map((value) => ({
        keyword: "ARG",
        value,
      })),
    );
    expect(bases).toEqual(["${PACKAGES_IMAGE}", "${NODE_IMAGE}", "${RUNTIME_IMAGE}"]);
  });

  test("copies only what exists and what .dockerignore lets in", () => {
    const allowed = readFileSync(repositoryPath(".dockerignore"), "utf8")
      .split("\n")
      .flatMap((line) => (line.startsWith("!") ? line.slice(1) : []));
    const sources = valuesOf(instructions, "COPY")
      .filter((value) => !value.startsWith("--from="))
      .flatMap((value) => value.split(" ").slice(0, -1));

    expect(sources).toEqual(["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", "."]);
    expect(allowed).toEqual(expect.arrayContaining(sources.filter((source) => source !== ".")));
    expect(allowed.filter((path) => !existsSync(repositoryPath(path)))).toEqual([]);
  });

  test("lets every file in that the lock file and the compiler need", () => {
    const ignore = readFileSync(repositoryPath(".dockerignore"), "utf8").split("\n");

    expect(ignore).toEqual(
      expect.arrayContaining(["*", "!apps", "!packages", "!test/package.json", "!tsconfig.base.json"]),
    );
    expect(ignore).toEqual(expect.arrayContaining(["**/node_modules", "**/dist", "**/.env*"]));
  });

  test("installs what the lock file says, with the pnpm that package.json names", () => {
    const commands = valuesOf(instructions, "RUN").join("\n");

    expect(commands).toContain("packageManager");
    expect(commands).toContain("--frozen-lockfile");
    expect(commands).toContain("deploy --prod");
    expect(commands).not.toContain("corepack");
    expect(commands).toContain("npm install --global --ignore-scripts");
  });

  test("leaves out of the command line's image what starts containers", () => {
    const { optionalDependencies } = JSON.parse(
      readFileSync(repositoryPath("packages/local-redis/package.json"), "utf8"),
    );

    expect(Object.keys(optionalDependencies)).toEqual(["testcontainers"]);
    expect(valuesOf(instructions, "RUN").join("\n")).toContain('$([ "${APP}" != apps/cli ] || echo --no-optional)');
  });

  test("takes no secret: an ARG or ENV can be read from the image by everybody", () => {
    const names = ["ARG", "ENV"].flatMap((keyword) =>
      valuesOf(instructions, keyword).flatMap((value) => value.match(/[A-Za-z_]+(?==)/g) ?? []),
    );

    expect(names).toContain("VOLLEY_HTTP_PORT");
    expect(names.filter((name) => /TOKEN|SECRET|PASSWORD|KEY|PLAN_ID|REDIS/i.test(name))).toEqual([]);
  });
});

describe("the image", () => {
  test("runs as a numbered user who is not root", () => {
    const user = lastStage.findIndex(({ keyword }) => keyword === "USER");
    const entrypoint = lastStage.findIndex(({ keyword }) => keyword === "ENTRYPOINT");

    expect(valuesOf(lastStage, "USER")).toEqual([expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/)]);
    expect(user).toBeLessThan(entrypoint);
  });

  test("starts node itself as process 1 and stops it with SIGTERM", () => {
    expect(valuesOf(lastStage, "ENTRYPOINT").map(parse)).toEqual([["node", "/app/dist/main.js"]]);
    expect(valuesOf(lastStage, "CMD")).toEqual([]);
    expect(valuesOf(lastStage, "STOPSIGNAL")).toEqual(["SIGTERM"]);
  });

  test("says which version it is, the one of package.json", () => {
    const version = valueAt(parse(readFileSync(repositoryPath("package.json"), "utf8")), "version");

    expect(valuesOf(lastStage, "ARG")).toContain(`VERSION=${String(version)}`);
    expect(valuesOf(lastStage, "LABEL").join(" ")).toContain('org.opencontainers.image.version="${VERSION}"');
  });

  test("listens on every address of the container", () => {
    expect(valuesOf(lastStage, "ENV").join(" ")).toContain("VOLLEY_HTTP_HOST=0.0.0.0");
  });
});

describe("the health check", () => {
  test.each([
    ["passes while /livez answers 200", 200, 0],
    ["fails when /livez answers 503", 503, 1],
  ])("%s", async (_name, statusCode, expected) => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(statusCode).end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      expect(await exitCodeOfHealthCheck(Number(recordAt(server.address())["port"]))).toBe(expected);
      expect(paths).toEqual(["/livez"]);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });

  test("fails when nobody listens", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const port = Number(recordAt(server.address())["port"]);
    server.close();
    await once(server, "close");

    expect(await exitCodeOfHealthCheck(port)).toBe(1);
  });
});

/** Runs the Dockerfile's own HEALTHCHECK command against a port of this machine. */
async function exitCodeOfHealthCheck(port: number): Promise<unknown> {
  const healthCheck = valuesOf(lastStage, "HEALTHCHECK")[0] ?? "";
  const command = parse(healthCheck.slice(healthCheck.indexOf("CMD ") + "CMD ".length));
  if (!Array.isArray(command) || command[0] !== "node") {
    throw new TypeError("the health check is not node in exec form");
  }
  const child = spawn(process.execPath, command.slice(1).map(String), {
    env: { VOLLEY_HTTP_PORT: String(port) },
    stdio: "ignore",
  });
  const [code]: readonly unknown[] = await once(child, "exit");
  return code;
}

function valuesOf(all: readonly Instruction[], keyword: string): readonly string[] {
  return all.filter((instruction) => instruction.keyword === keyword).map(({ value }) => value);
}

function parse(json: string): unknown {
  return JSON.parse(json);
}
