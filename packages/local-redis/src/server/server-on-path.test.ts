import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "@jest/globals";

import { serverOnPath } from "./server-on-path.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "volley path "));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

test("finds redis-server before valkey-server, with its version", async () => {
  await program("valkey-server", 'echo "Valkey server v=8.0.1 sha=0 bits=64"');
  const path = await program("redis-server", 'echo "Redis server v=7.0.15 sha=0 malloc=jemalloc-5.3.0 bits=64"');
  await expect(serverOnPath(folder)).resolves.toEqual({ name: "redis-server", path, version: "7.0.15" });
});

test("finds valkey-server where redis-server cannot run", async () => {
  await program("redis-server", "exit 127");
  const path = await program("valkey-server", 'echo "Valkey server v=8.0.1 sha=0 bits=64"');
  await expect(serverOnPath(folder)).resolves.toEqual({ name: "valkey-server", path, version: "8.0.1" });
});

test("finds nothing in an empty folder", async () => {
  await expect(serverOnPath(folder)).resolves.toBeNull();
});
