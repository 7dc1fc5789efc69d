import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Redis } from "ioredis";

const PACKAGE = fileURLToPath(new URL("../..", import.meta.url));
const TSC = fileURLToPath(new URL("../../../../node_modules/typescript/bin/tsc", import.meta.url));

// Plain Node 20 runs no TypeScript, so the process that is going to die runs this package compiled.
let compiled = "";

beforeAll(async () => {
  compiled = await mkdtemp(join(tmpdir(), "volley-local-redis-"));
  await writeFile(join(compiled, "package.json"), '{ "type": "module" }');
  await promisify(execFile)(process.execPath, [TSC, "-p", PACKAGE, "--outDir", compiled]);
});

afterAll(async () => {
  await rm(compiled, { recursive: true });
});

async function startInAnotherProcess(ending: string) {
  const script = `
    import { startRedis } from ${JSON.stringify(pathToFileURL(join(compiled, "index.js")).href)};
    const redis = await startRedis({ prefer: "server" });
    console.log(redis.url);
    ${ending}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["pipe", "pipe", "inherit"],
    // Where it goes, its Redis makes the temporary directory, so that the test sees it go.
    env: { ...process.env, TMPDIR: compiled },
  });
  const exit = once(child, "exit");
  const [url] = await once(createInterface(child.stdout), "line");
  const connection = new Redis(String(url), { lazyConnect: true, retryStrategy: () => null });
  connection.on("error", () => {});
  await connection.connect();
  // An open connection is told at once when its Redis dies, and there is no process ID that might be a zombie's.
  return { child, exit, redisEnded: once(connection, "end") };
}

async function directoryIsRemoved(): Promise<boolean> {
  for (let look = 0; look < 200; look += 1) {
    if (!(await readdir(compiled)).some((name) => name.startsWith("volley-redis-"))) {
      return true;
    }
    await delay(25);
  }
  return false;
}

test("leaves no Redis behind when its process is killed with SIGKILL", async () => {
  const { child, exit, redisEnded } = await startInAnotherProcess("setInterval(() => {}, 60_000);");
  child.kill("SIGKILL");
  await expect(exit).resolves.toEqual([null, "SIGKILL"]);
  await redisEnded;
  await expect(directoryIsRemoved()).resolves.toBe(true);
});

test("lets a process end that forgot to stop its Redis, and leaves none behind", async () => {
  const { child, exit, redisEnded } = await startInAnotherProcess(
    "await new Promise((resolve) => process.stdin.once('data', resolve)); process.stdin.destroy();",
  );
  child.stdin.end("end now\n");
  await expect(exit).resolves.toEqual([0, null]);
  await redisEnded;
  await expect(directoryIsRemoved()).resolves.toBe(true);
});
