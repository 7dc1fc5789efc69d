import { connect } from "node:net";

import { afterEach, describe, expect, it } from "@jest/globals";

import { createMetrics } from "./create-metrics.ts";
import { serveHttp } from "./serve-http.ts";
import type { HttpServer } from "./serve-http.ts";
import type { HealthCheck } from "../terms/verdict.ts";

const servers: HttpServer[] = [];

const fine: HealthCheck = () => ({ ok: true });

async function serve(
  checks: { isLive?: HealthCheck; isReady?: HealthCheck; port?: number; host?: string; checkTimeoutMs?: number } = {},
) {
  const warnings: unknown[] = [];
  const log = { warn: (line: unknown) => void warnings.push(line) };
  const { registry } = createMetrics();
  const server = await serveHttp({ port: 0, host: "127.0.0.1", isLive: fine, isReady: fine, registry, log, ...checks });
  servers.push(server);
  return { ...server, warnings };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (server) => await server.close()));
});

describe("serveHttp", () => {
  it("answers 200 while all is well", async () => {
    const { url, port } = await serve();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    for (const path of ["/livez", "/readyz"]) {
      const response = await fetch(url + path);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ ok: true });
    }
  });

  it("says so where it listens on all addresses", async () => {
    const { url, port } = await serve({ host: "0.0.0.0" });
    expect(url).toBe(`http://0.0.0.0:${port}`);
  });

  it("answers 503 with the reason when it is not", async () => {
    const verdict = { ok: false, reason: "redis is not connected", details: { waiting: 3 } };
    const { url } = await serve({ isReady: () => verdict });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual(verdict);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it.each([
    ["throws", () => Promise.reject(new Error("hush"))],
    ["hangs", () => new Promise<never>(() => undefined)],
  ])("answers 503 and logs when a check %s", async (_how, isLive: HealthCheck) => {
    const { url, warnings } = await serve({ isLive, checkTimeoutMs: 20 });
    const response = await fetch(`${url}/livez`);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain("hush");
    expect(warnings).toHaveLength(1);
  });

  it("serves the metrics", async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toContain("text/plain");
    expect(await response.text()).toContain("process_cpu_seconds_total");
  });

  it("names the port and its variable when the port is taken", async () => {
    const { port } = await serve();
    await expect(serve({ port })).rejects.toMatchObject({
      code: "VOLLEY_SETTINGS",
      message: `VOLLEY_HTTP_PORT: cannot listen on 127.0.0.1 port ${port}: it is taken by another process; set VOLLEY_HTTP_PORT to a free port`,
    });
  });
});

it("ends a connection on which a request comes drop by drop", async () => {
  const { port } = await serve();
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", () => resolve("closed")));
  socket.write("GET /livez HTTP/1.1\r\nhost: volley\r\nx-drops: ");
  const drip = setInterval(() => socket.write("x"), 100);
  expect(await closed.finally(() => clearInterval(drip))).toBe("closed");
}, 30_000);
