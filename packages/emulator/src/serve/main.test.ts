import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const TSC = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));

let folder: string;

// The sources of this very moment, not a dist folder that may be old or missing.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley-emulator-"));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await symlink(join(PACKAGE, "node_modules"), join(folder, "node_modules"));
  await promisify(execFile)(TSC, ["-p", PACKAGE, "--outDir", join(folder, "dist")]);
});

afterAll(() => rm(folder, { recursive: true }));

function start(environment: Record<string, string>): ChildProcess & { stdout: Readable; stderr: Readable } {
  return spawn(process.execPath, [join(folder, "dist", "main.js")], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

test.each(["SIGTERM", "SIGINT"] as const)("prints its URL, serves its plans, and ends with 0 on %s", async (signal) => {
  const emulator = start({
    VOLLEY_HTTP_PORT: "0",
    VOLLEY_REGIONS: "gulf-2",
    VOLLEY_GULF_2_SERVICE_PLAN_ID: "plan",
    VOLLEY_GULF_2_API_TOKEN: "token",
  });
  const [line] = (await once(createInterface(emulator.stdout), "line")) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const ask = async (authorization: string): Promise<number> =>
    (await fetch(`${url}/xms/v1/plan/batches`, { headers: { authorization } })).status;
  expect([await ask("Bearer token"), await ask("Bearer nonsense")]).toEqual([200, 401]);
  emulator.kill(signal);
  expect(await once(emulator, "exit")).toEqual([0, null]);
});

test("lists every wrong setting on stderr and exits with 1", async () => {
  const emulator = start({ VOLLEY_HTTP_PORT: "http", VOLLEY_EMULATOR_LATENCY_MS: "soon", VOLLEY_REGIONS: "EU" });
  const [errors, [code]] = await Promise.all([text(emulator.stderr), once(emulator, "exit")]);
  expect(code).toBe(1);
  expect(errors.match(/^- \w+/gm)).toEqual(["- VOLLEY_HTTP_PORT", "- VOLLEY_EMULATOR_LATENCY_MS", "- VOLLEY_REGIONS"]);
});
