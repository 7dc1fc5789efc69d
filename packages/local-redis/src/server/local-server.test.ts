import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, expect, test } from "@jest/globals";
import { Redis } from "ioredis";

import { startLocalServer, type LocalServerSettings } from "./local-server.ts";
import type { LocalRedis } from "../redis/local-redis.ts";
import { serverOnPath } from "./server-on-path.ts";

const program = (await serverOnPath()) ?? { name: "redis-server", path: "/nonexistent/redis-server", version: "0" };
const cleanUp: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) {
    await step();
  }
});

async function started(settings: LocalServerSettings = {}): Promise<LocalRedis> {
  const attempt = await startLocalServer(program, settings);
  if (attempt.kind === "unavailable") {
    throw new Error(attempt.reason);
  }
  cleanUp.push(async () => attempt.redis.stop());
  return attempt.redis;
}

async function client(redis: LocalRedis): Promise<Redis> {
  const connection = new Redis(redis.url, { lazyConnect: true, retryStrategy: () => null });
  connection.on("error", () => {});
  cleanUp.push(async () => {
    // Disconnecting a client whose Redis is gone already leaves ioredis' timer of two seconds running.
    if (connection.status !== "end") {
      connection.disconnect();
    }
  });
  await connection.connect();
  return connection;
}

async function ownFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "volley redis files "));
  cleanUp.push(async () => rm(folder, { recursive: true }));
  return folder;
}

test("runs a Redis for queues that evicts nothing and listens on loopback only", async () => {
  const redis = await started();
  const connection = await client(redis);
  expect(redis.how).toBe(
    `${program.name} ${program.version} from ${program.path.replace(/\/[^/]+$/, "")} on port ${new URL(redis.url).port}`,
  );
  await expect(connection.config("GET", "maxmemory-policy")).resolves.toEqual(["maxmemory-policy", "noeviction"]);
  await expect(connection.config("GET", "bind")).resolves.toEqual(["bind", "127.0.0.1"]);
  await expect(connection.config("GET", "appendonly")).resolves.toEqual(["appendonly", "no"]);
});

test("removes its process and its temporary directory when it is stopped, and may be stopped twice", async () => {
  const redis = await started();
  const [, directory = ""] = await (await client(redis)).config("GET", "dir");
  expect(existsSync(directory)).toBe(true);
  await redis.stop();
  await redis.stop();
  expect(redis.pid).toBeNull();
  expect(existsSync(directory)).toBe(false);
  await expect(client(redis)).rejects.toThrow("Connection is closed");
  await expect(redis.restart()).rejects.toMatchObject({ code: "not_ours" });
});

test("keeps a directory that was given", async () => {
  const directory = await ownFolder();
  const redis = await started({ directory });
  await redis.stop();
  expect(await readdir(directory)).toContain("redis.log");
});

test.each([
  [true, "everysec"],
  ["always", "always"],
] as const)(
  "remembers with persistence %s, on the same port, after a SIGKILL and a restart",
  async (persistence, fsync) => {
    const redis = await started({ persistence, directory: await ownFolder() });
    await expect((await client(redis)).config("GET", "appendfsync")).resolves.toEqual(["appendfsync", fsync]);
    const before = { pid: redis.pid, url: redis.url };
    await (await client(redis)).set("key", "kept");
    await redis.kill();
    expect(redis.pid).toBeNull();
    await expect(client(redis)).rejects.toThrow("Connection is closed");
    await redis.restart();
    expect(redis.url).toBe(before.url);
    expect(redis.pid).not.toBe(before.pid);
    await expect((await client(redis)).get("key")).resolves.toBe("kept");
  },
);

test("forgets without persistence when it is restarted", async () => {
  const redis = await started();
  await (await client(redis)).set("key", "gone");
  await redis.restart();
  await expect((await client(redis)).get("key")).resolves.toBeNull();
});

test("says why it does not start on a port that is taken", async () => {
  const first = await started();
  const port = Number(new URL(first.url).port);
  await expect(startLocalServer(program, { port })).resolves.toMatchObject({
    kind: "unavailable",
    reason: expect.stringMatching(new RegExp(`does not start on port ${port}: .*(in use|not listening|listen)`, "i")),
  });
});

test("says that a program cannot be run", async () => {
  await expect(startLocalServer({ ...program, path: "/nonexistent/redis-server" }, {})).resolves.toMatchObject({
    kind: "unavailable",
    reason: expect.stringContaining("/nonexistent/redis-server cannot be run"),
  });
});
