import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const script = readFileSync(join(ROOT, ".ci/run"), "utf8");

/** What stands in the place of the commands that `.ci/run` calls. */
type Commands = {
  /** What `npm test` does. */
  readonly tests: string;
  /** What the tests on the other Node do; `null` where npm has no such Node. */
  readonly core: string | null;
  /** What `npm run lint` does. */
  readonly lint?: string;
  /** What `npm run containers` does. */
  readonly containers?: string;
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "volley-ci-"));
  for (const path of [".ci/run", "package.json", "docker/Dockerfile"]) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path));
  }
  command("test/engine/container-engine.sh", '[ "$1" = stop ]');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function command(path: string, script_: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), `#!/usr/bin/env bash\n${script_}\n`);
  chmodSync(join(folder, path), 0o755);
}

/** Runs `.ci/run` in a place of its own with these commands. */
async function runCi({
  tests,
  core,
  lint = "true",
  containers = "true",
}: Commands): Promise<{ code: number; lines: string[]; asked: string }> {
  const asked = join(folder, "asked");
  command("other", `[ "$1" = --version ] && { echo v99.0.0; exit; }\n${core}`);
  // npm install … --prefix <folder> <package>@<version>
  const install = 'shift 5; bin="$1/node_modules/${2%@*}/bin"; mkdir -p "$bin"; cp "$OTHER" "$bin/node"';
  command(
    "bin/npm",
    `echo "$*" >>"${asked}"
    case "$1 $\{*: -1}" in
      "test test") ${tests} ;;
      "run lint") ${lint} ;;
      "run containers") ${containers} ;;
      install*) ${core === null ? "echo 'npm error 404' >&2; exit 1" : install} ;;
    esac`,
  );
  // Only what asks for a value is the real one.
  command("bin/node", `case "$1" in -p | --version) exec "${process.execPath}" "$@" ;; esac`);
  for (const name of ["redis-server", "chromium", "promtool"]) command(`bin/${name}`, "true");
  const child = spawn("bash", [join(folder, ".ci/run")], {
    env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"]}`, OTHER: join(folder, "other") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, lines: output.trimEnd().split("\n"), asked: readFileSync(asked, "utf8") };
}

describe("the last line of .ci/run", () => {
  it.each<[string, Commands, string, number]>([
    [
      "adds both runs up",
      { tests: "echo 5 passed, 0 failed, 1 skipped", core: "echo 3 passed, 0 failed" },
      "8 passed, 0 failed",
      0,
    ],
    [
      "has the failures of both runs",
      { tests: "echo 5 passed, 2 failed; exit 1", core: "echo 3 passed, 1 failed; exit 1" },
      "8 passed, 3 failed",
      1,
    ],
    [
      "counts a check that failed",
      { tests: "echo 5 passed, 0 failed", core: "echo 3 passed, 0 failed", lint: "exit 1" },
      "8 passed, 1 failed",
      1,
    ],
    [
      "counts images that are not built, or lose somebody",
      { tests: "echo 5 passed, 0 failed", core: "echo 3 passed, 0 failed", containers: "exit 1" },
      "8 passed, 1 failed",
      1,
    ],
    [
      "does not count those that cannot be built here",
      { tests: "echo 5 passed, 0 failed", core: "echo 3 passed, 0 failed", containers: "exit 3" },
      "8 passed, 0 failed",
      0,
    ],
    [
      "counts a run that does not come to its end",
      { tests: "echo 5 passed, 0 failed", core: "echo half; kill -9 $$" },
      "5 passed, 1 failed",
      1,
    ],
    [
      "counts a run without tests",
      { tests: "echo 0 passed, 0 failed", core: "echo 3 passed, 0 failed" },
      "3 passed, 1 failed",
      1,
    ],
    [
      "is of the one run where the other Node cannot be had",
      { tests: "echo 5 passed, 0 failed", core: null },
      "5 passed, 0 failed",
      0,
    ],
  ])("%s, and is the only one of its kind", async (_, commands, last, exitCode) => {
    const { code, lines } = await runCi(commands);
    expect(lines.filter((line) => /^\d+ passed, \d+ failed/.test(line))).toEqual([last]);
    expect(lines.at(-1)).toBe(last);
    expect(code).toBe(exitCode);
  });
});

it("says which Node has run what, or that it cannot be had", async () => {
  const both = await runCi({ tests: "echo 5 passed, 1 failed", core: "echo 3 passed, 0 failed" });
  expect(both.lines).toContain(`5 passed and 1 failed on Node ${process.version}`);
  expect(both.lines).toContain("3 passed and 0 failed on Node v99.0.0");
  const one = await runCi({ tests: "echo 5 passed, 0 failed", core: null });
  const said = one.lines.find((line) => line.includes("cannot be had"));
  expect(said).toMatch(/^Node \d+ cannot be had here: everything was tested on Node v[\d.]+ alone\.$/);
});

it("runs the core on the Node of the images, or on the oldest one that is supported where that one is there", async () => {
  const major = Number(process.versions.node.split(".")[0]);
  const { asked } = await runCi({ tests: "echo 1 passed, 0 failed", core: "echo 1 passed, 0 failed" });
  const wanted = /install .*node-\w+-\w+@(\d+)/.exec(asked)?.[1];
  const images = /^ARG NODE_IMAGE=node:(\d+)/m.exec(readFileSync(join(ROOT, "docker/Dockerfile"), "utf8"))?.[1];
  expect(wanted).toBe(major === Number(images) ? "20" : images);
});

it("names only tests that exist as the core, and every package that sends", () => {
  const core = /^readonly CORE=\(\n([^)]*)\)/m.exec(script)?.[1]?.split(/\s+/).filter(Boolean) ?? [];
  const files = ["packages", "test"]
    .flatMap((top) => readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts") && !entry.parentPath.includes("node_modules"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
  expect(core.filter((part) => !files.some((file) => file.startsWith(part)))).toEqual([]);
  expect(core).toEqual(
    expect.arrayContaining(["packages/contract", "packages/sinch", "packages/producer", "packages/worker"]),
  );
});

it("names no host", () => {
  expect(script).not.toMatch(/https?:|registry/);
});
