import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";

import { boundOfflineQueue } from "./bound-offline-queue.ts";
import { checkRedis } from "./check-redis.ts";
import { closeRedis } from "./close-redis.ts";
import { connectRedis } from "./connect-redis.ts";
import type { RedisRole } from "./connect-redis.ts";
import type { RedisClient } from "./redis-client.ts";
import { readRedisSettings } from "./redis-settings.ts";
import type { RedisSettings } from "./redis-settings.ts";
import { createSettingsReader } from "../settings/settings-reader.ts";
import { waitForRedis } from "./wait-for-redis.ts";

type Line = Record<string, unknown>;

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function redisUrl(): string {
  const url = process.env["VOLLEY_TEST_REDIS_URL"];
  if (!url) throw new Error("set VOLLEY_TEST_REDIS_URL to a Redis that tests may use (npm test starts one)");
  return url;
}

function settingsOf(url: string): RedisSettings {
  const reader = createSettingsReader({ REDIS_URL: url });
  return reader.finish(readRedisSettings(reader));
}

function open(
  url: string,
  role: RedisRole,
  options: { readonly silenceMs?: number } = {},
): { client: RedisClient; lines: Line[] } {
  const lines: Line[] = [];
  const write = (level: string) => (line: object, msg: string) => void lines.push({ level, msg, ...line });
  const log = { info: write("info"), error: write("error") };
  const client = connectRedis(settingsOf(url), { role, name: `test-${role}`, log: log as never, ...options });
  closers.push(async () => await closeRedis(client));
  return { client, lines };
}

/** Stands between the client and Redis, so that Redis can go away without being stopped. */
async function startGate(port = 0): Promise<{ port: number; freeze: () => void; close: () => Promise<void> }> {
  const { hostname, port: redisPort } = new URL(redisUrl());
  const sockets = new Set<Socket>();
  const server: Server = createServer((inner) => {
    const outer = connect(Number(redisPort || 6379), hostname);
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => void [inner, outer].map((end) => end.destroy()));
    }
    inner.pipe(outer).pipe(inner);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the gate has no port");
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  /** Nothing is passed on any more of those that are connected, and nothing is closed. */
  const freeze = (): void => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  return { port: address.port, freeze, close };
}

function gateUrl(port: number): string {
  const url = new URL(redisUrl());
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return url.href;
}

async function nextEvent(client: RedisClient, event: string): Promise<void> {
  await new Promise<void>((resolve) => client.once(event, () => resolve()));
}

async function times(client: RedisClient, event: string, count: number): Promise<void> {
  for (let seen = 0; seen < count; seen += 1) await nextEvent(client, event);
}

describe("connectRedis", () => {
  it.each(["worker", "producer", "board"] as const)("connects as %s under its name", async (role) => {
    const { client } = open(redisUrl(), role);
    await waitForRedis(client, "redis", 10_000);
    expect(await client.ping()).toBe("PONG");
    expect(await client.client("GETNAME")).toBe(`test-${role}`);
    expect(await checkRedis(client)).toEqual({ ok: true });
  });

  it("says once that Redis is away, however often it tries, and once that it is back", async () => {
    const gate = await startGate();
    const { client, lines } = open(gateUrl(gate.port), "worker");
    await waitForRedis(client, "redis", 10_000);
    const failures = times(client, "error", 3);
    await gate.close();
    await failures;
    expect(await checkRedis(client)).toEqual({ ok: false, reason: "redis is not connected" });
    const waiting = client.ping();
    const ready = nextEvent(client, "ready");
    const again = await startGate(gate.port);
    closers.unshift(again.close);
    await ready;
    expect(await waiting).toBe("PONG");
    expect(lines).toEqual([
      expect.objectContaining({
        level: "error",
        code: "ECONNREFUSED",
        redis: expect.stringContaining(`127.0.0.1:${gate.port}/`),
      }),
      expect.objectContaining({ level: "info", msg: "redis is back" }),
    ]);
  });

  it("lets so many commands of a worker wait, refuses one more, and takes others once those are answered", async () => {
    const gate = await startGate();
    const { client } = open(gateUrl(gate.port), "worker");
    await waitForRedis(client, "redis", 10_000);
    boundOfflineQueue(client, 3);
    let port = gate.port;
    let close = gate.close;
    for (const name of ["first", "second"]) {
      const away = nextEvent(client, "error");
      await close();
      await away;
      const waiting = [1, 2, 3].map(async (count) => client.echo(`${name} ${count}`));
      await expect(client.echo("too many")).rejects.toMatchObject({
        code: "VOLLEY_REDIS_AWAY",
        message: "Redis is away, and 3 commands wait for it already",
      });
      const again = await startGate(port);
      ({ port, close } = again);
      expect(await Promise.all(waiting)).toEqual([`${name} 1`, `${name} 2`, `${name} 3`]);
      expect(await Promise.all([1, 2, 3, 4].map(async () => client.ping()))).toHaveLength(4);
    }
    closers.unshift(close);
  });

  it("bounds what waits of a worker", async () => {
    const gate = await startGate();
    await gate.close();
    const { client } = open(gateUrl(gate.port), "worker");
    await nextEvent(client, "error");
    const waiting = Promise.allSettled(Array.from({ length: 20_001 }, async () => client.ping()));
    client.disconnect();
    const reasons = (await waiting).map((end) => (end.status === "rejected" ? String(end.reason) : "answered"));
    expect(reasons.filter((reason) => reason.includes("20,000 commands wait"))).toHaveLength(1);
  });

  it("fails a producer's command at once while Redis is away", async () => {
    const gate = await startGate();
    await gate.close();
    const { client } = open(gateUrl(gate.port), "producer");
    await nextEvent(client, "error");
    await expect(client.ping()).rejects.toThrow("enableOfflineQueue");
  });

  it.each(["worker", "producer", "board"] as const)("as %s connects anew where nobody answers", async (role) => {
    const gate = await startGate();
    closers.unshift(gate.close);
    const { client } = open(gateUrl(gate.port), role, { silenceMs: 200 });
    await waitForRedis(client, "redis", 10_000);
    gate.freeze();
    const ready = nextEvent(client, "ready");
    const waiting = client.ping();
    await ready;
    expect(await waiting).toBe("PONG");
  });

  it("does not log a password that is refused", async () => {
    const url = new URL(redisUrl());
    url.username = "nobody";
    url.password = "hush-hush";
    const { client, lines } = open(url.href, "worker");
    await times(client, "error", 2);
    expect(lines).toEqual([expect.objectContaining({ reason: expect.stringContaining("WRONGPASS") })]);
    expect(JSON.stringify(lines)).not.toContain("hush");
  });

  it("tells where no Redis answered in time", async () => {
    const gate = await startGate();
    await gate.close();
    const { client } = open(`redis://:hush@127.0.0.1:${gate.port}`, "board");
    await expect(waitForRedis(client, "redis://one/0", 300)).rejects.toMatchObject({
      code: "VOLLEY_REDIS_UNAVAILABLE",
      message: expect.stringMatching(
        /^REDIS_URL: expected a Redis that answers at redis:\/\/one\/0 within 300 ms, got .+/,
      ),
    });
  });

  it("reports a Cluster that cannot be reached once, and closes", async () => {
    const gate = await startGate();
    await gate.close();
    const node = `redis://:hush@127.0.0.1:${gate.port}`;
    const { client, lines } = open(`${node},${node}`, "worker");
    await times(client, "error", 2);
    expect(lines).toEqual([expect.objectContaining({ level: "error", redis: expect.stringMatching(/^cluster 127/) })]);
    expect(JSON.stringify(lines)).not.toContain("hush");
  });
});
