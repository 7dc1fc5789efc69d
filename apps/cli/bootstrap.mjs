// Makes a fresh clone runnable: checks Node, installs the packages, builds. Needs nothing but Node and the npm it comes with.
//
//   node apps/cli/bootstrap.mjs            no more than that
//   node apps/cli/bootstrap.mjs demo       and then `volley demo`, in this process, so that signals to npm reach it
//
// Installing is skipped while every package.json, the lockfile and Node are those of the last time; building is left to
// turbo, which knows what has changed. So a second run is done in well under a second and needs no network.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const MIN_NODE = [20, 19];

const root = fileURLToPath(new URL("../..", import.meta.url));
const stampFile = join(root, "node_modules", ".volley-installed");

if (isNodeTooOld()) {
  fail(`Volley needs Node ${MIN_NODE.join(".")} or newer; this is ${process.version} (${process.execPath}).`);
}
const hash = installationHash();
const stamp = readStamp();
const pnpmFolder = stamp.hash === hash && existsSync(stamp.pnpmFolder) ? stamp.pnpmFolder : findPnpm();
if (stamp.hash !== hash || !existsSync(join(root, "node_modules", ".bin", "turbo"))) {
  install();
}
build();
if (process.argv.length > 2) await import("./dist/main.js");

function isNodeTooOld() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1]);
}

/** Changes with whatever decides what is in node_modules. */
function installationHash() {
  const manifests = ["apps", "packages"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name, "package.json")),
  );
  const digest = createHash("sha256").update(`${process.platform} ${process.arch} ${process.versions.modules}`);
  for (const file of [
    "package.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "test/package.json",
    ...manifests.sort(),
  ]) {
    if (existsSync(join(root, file))) {
      digest.update(`\0${file}\0`).update(readFileSync(join(root, file)));
    }
  }
  return digest.digest("hex");
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, "utf8"));
  } catch {
    return { hash: "", pnpmFolder: "" };
  }
}

/** The folder of the pnpm that package.json pins, fetched by npx into npm's own cache. turbo wants to find it on the PATH. */
function findPnpm() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const pinned = packageManager.split("+")[0];
  console.log(`Volley: fetching ${pinned} with npx …`);
  const found = run("npx", ["--yes", `--package=${pinned}`, "--", "node", "-p", "process.env.PATH"]);
  const path = found.stdout?.trim().split("\n").at(-1) ?? "";
  const folder = path.split(delimiter).find((entry) => existsSync(join(entry, "pnpm")));
  if (found.status !== 0 || folder === undefined) {
    fail(`npx could not fetch ${pinned}. Is npm installed, and its registry in reach?\n${found.stderr ?? ""}`);
  }
  return folder;
}

function install() {
  console.log("Volley: installing the packages, which takes a minute the first time …");
  // Turbo and TypeScript are development dependencies, which NODE_ENV=production would leave out.
  const { status, stdout, stderr } = run("pnpm", ["install", "--frozen-lockfile", "--prod=false"], pnpmFolder);
  if (status !== 0) {
    fail(`${stdout ?? ""}${stderr ?? ""}Volley: the packages could not be installed.`);
  }
  mkdirSync(join(root, "node_modules"), { recursive: true });
  writeFileSync(stampFile, JSON.stringify({ hash, pnpmFolder }));
}

function build() {
  const startedAt = Date.now();
  // Loose, so that the tasks see the settings of pnpm below.
  const turboArguments = ["run", "build", "--ui=stream", "--output-logs=errors-only", "--env-mode=loose"];
  const { status, stdout, stderr } = run(join(root, "node_modules", ".bin", "turbo"), turboArguments, pnpmFolder);
  if (status !== 0) {
    fail(`${stdout ?? ""}${stderr ?? ""}Volley: the build failed.`);
  }
  console.log(`Volley: built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

function run(command, commandArguments, ...folders) {
  return spawnSync(command, commandArguments, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: [...folders, process.env.PATH].join(delimiter),
      // pnpm asks no questions where it is told that nobody is there to answer them.
      CI: "true",
      // The pinned pnpm runs already; without this every task asks the registry for it again.
      pnpm_config_pm_on_fail: "ignore",
      DO_NOT_TRACK: "1",
      TURBO_TELEMETRY_DISABLED: "1",
      TURBO_NO_UPDATE_NOTIFIER: "1",
    },
  });
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
