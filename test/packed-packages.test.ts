import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type ApiRig, startApiRig } from "./api-rig.ts";
import { dropPrefix, ownPrefix, testRedisUrl } from "./own-prefix.ts";
import { installArchives, packAll, type PublicPackage, publicPackages } from "./packed/install.ts";
import { ROOT } from "./pages/fences.ts";
import { eventually } from "./stage/eventually.ts";

const run = promisify(execFile);
const BUNDLER = join(ROOT, "node_modules/.bin/esbuild");
const COMPILER = join(ROOT, "node_modules/typescript/bin/tsc");

/** What the project is given in its own `package.json`. */
const NEEDS = [
  "@volley/contract",
  "@volley/emulator",
  "@volley/producer",
  "@volley/sinch",
  "@volley/worker",
  "bullmq",
  "ioredis",
  "@types/node",
];

let packages: PublicPackage[];
let project: string;
let api: ApiRig;
let archives: string[];
let stack: ChildProcess;
let provider: string;

const prefix = ownPrefix();

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "volley-packed-"));
  await cp(join(ROOT, "test/packed/project"), project, { recursive: true });
  await cp(join(ROOT, "docs/examples"), project, { recursive: true });
  packages = await publicPackages();
  archives = await packAll(packages, join(project, "archives"));
  await installArchives(project, { archives, needs: NEEDS });
  stack = spawn(process.execPath, ["stack.mjs", testRedisUrl(), prefix], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(stack.stdout ?? process.stdin), "line")) as [string];
  api = await startApiRig({ VOLLEY_PREFIX: prefix });
  provider = (JSON.parse(line) as { readonly url: string }).url;
});

afterAll(async () => {
  stack?.kill("SIGTERM");
  if (stack?.exitCode === null) await once(stack, "exit");
  await api?.stop();
  await dropPrefix(prefix);
  await rm(project, { recursive: true, force: true });
});

describe("the packages that others may install", () => {
  it("are these, and all that they import", () => {
    expect(packages.map(({ name }) => name.replace("@volley/", "")).toSorted()).toEqual([
      "accounts",
      "contract",
      "emulator",
      "endpoints",
      "keys",
      "opt-outs",
      "producer",
      "receipts",
      "sinch",
      "tracing",
      "worker",
    ]);
  });

  it("are as publint and attw want them", async () => {
    const { stdout } = await run(process.execPath, [join(ROOT, "test/packed/check-packages.mjs"), ...archives]);
    expect(JSON.parse(stdout)).toEqual([]);
  });

  it("have a page, a license, what is run and its sources, and no tests", async () => {
    for (const archive of archives) {
      const { stdout } = await run("tar", ["-tzf", archive]);
      const files = stdout.split("\n").map((name) => name.replace("package/", ""));
      expect(files).toEqual(
        expect.arrayContaining(["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts", "src/index.ts"]),
      );
      expect(files.filter((name) => name.endsWith(".test.ts"))).toEqual([]);
    }
  });
});

describe("in an empty project, a message is sent from", () => {
  it("a module", async () => {
    expect(await timesTextedBy("plain.js", "+46701230001")).toBe(1);
  });

  it("CommonJS, which requires modules", async () => {
    expect(await timesTextedBy("common.cjs", "+46701230002")).toBe(1);
  });

  it("TypeScript with node16", async () => {
    await compile({ module: "node16", moduleResolution: "node16", outDir: "node16" });
    expect(await timesTextedBy("node16/service.js", "+46701230003")).toBe(1);
  });

  it("TypeScript with a bundler", async () => {
    await compile({ module: "esnext", moduleResolution: "bundler", noEmit: true, skipLibCheck: true });
    // What is CommonJS in the bundle requires what Node brings.
    const banner = `import{createRequire}from"node:module";const require=createRequire(import.meta.url);`;
    const bundled = ["--bundle", "--platform=node", "--format=esm", `--banner:js=${banner}`, "--outfile=bundled.mjs"];
    await run(BUNDLER, ["service.ts", "--log-level=error", ...bundled], { cwd: project });
    expect(await timesTextedBy("bundled.mjs", "+46701230004")).toBe(1);
  });
});

describe("the example", () => {
  it("bullmq.mjs sends once", async () => {
    const [first, again] = await runTwice(process.execPath, ["bullmq.mjs", "4711", "+46701230011"]);
    expect([first, again]).toEqual(Array.from({ length: 2 }, () => ({ state: "accepted", accepted: 1 })));
    expect(await timesTexted("+46701230011")).toBe(1);
  });

  it("producer.mjs sends once", async () => {
    const people = ["Ann=+46701230012", "Bo=+46701230013"];
    const [first, again] = await runTwice(process.execPath, ["producer.mjs", "arrivals", ...people]);
    expect(first).toMatchObject({ state: "accepted", accepted: 2, alreadyEnqueued: false });
    expect(again).toEqual({ ...first, alreadyEnqueued: true });
    expect([await timesTexted("+46701230012"), await timesTexted("+46701230013")]).toEqual([1, 1]);
  });

  it("over_http.py sends once", async () => {
    await run("python3", ["--version"]).catch(() => {
      throw new Error("python3 is not on the PATH: install the system's package python3");
    });
    const key = await api.key({ scopes: ["sends:write", "sends:read"], regions: ["eu"] });
    const [first, again] = await runTwice("python3", ["over_http.py", "4711", "+46701230014"], { VOLLEY_API_KEY: key });
    expect(first).toEqual({ state: "accepted", accepted: 1, alreadyEnqueued: false });
    expect(again).toEqual({ ...first, alreadyEnqueued: true });
    expect(await timesTexted("+46701230014")).toBe(1);
  });
});

/** @returns what each run has printed */
async function runTwice(command: string, words: readonly string[], added: Readonly<Record<string, string>> = {}) {
  const own = { REDIS_URL: testRedisUrl(), VOLLEY_PREFIX: prefix, VOLLEY_API_URL: api.url, ...added };
  const options = { cwd: project, env: { ...process.env, ...own } };
  const printed: unknown[] = [];
  for (let time = 0; time < 2; time += 1) printed.push(JSON.parse((await run(command, words, options)).stdout));
  return printed as Record<string, unknown>[];
}

async function timesTexted(number: string): Promise<number> {
  const answer = await fetch(`${provider}/emulator/recipients/${number.slice(1)}`);
  return ((await answer.json()) as { readonly times: number }).times;
}

/** @returns how often the number was texted, once the send of a file of the project is at the provider */
async function timesTextedBy(file: string, number: string): Promise<number> {
  const { stdout, stderr } = await run(
    process.execPath,
    [file, testRedisUrl(), prefix, number, file.replace(/\W/g, "-")],
    { cwd: project },
  );
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({ region: "eu", alreadyEnqueued: false, recipients: { valid: 1 } });
  return eventually(async () => {
    const times = await timesTexted(number);
    return times > 0 && times;
  }, `the text from ${file}`);
}

/** Checks the packages' own types, too. @throws Error with what the compiler says */
async function compile(options: Readonly<Record<string, unknown>>): Promise<void> {
  const compilerOptions = {
    target: "es2023",
    strict: true,
    types: ["node"],
    rootDir: ".",
    skipLibCheck: false,
    ...options,
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["service.ts"] }));
  await run(process.execPath, [COMPILER, "-p", project]).catch((error: unknown) => {
    throw new Error(`the compiler says: ${Reflect.get(Object(error), "stdout")}`);
  });
}
