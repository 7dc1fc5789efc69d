import { randomUUID } from "node:crypto";

import { appRoutes } from "@bull-board/api/dist/routes.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { FlowProducer, Queue, Worker } from "bullmq";

import { JOB_NAME, queueName } from "@volley/contract";
import { createLogger } from "@volley/runtime";

import { readBoardConfig } from "./config.ts";
import { startBoard } from "./start-board.ts";

const MSISDN = "46701234567";
const TEXT = "Your code is on its way";
const SECRETS = new RegExp(`${MSISDN}|70 123 45 67|${TEXT}|Ann`);
const AUTHORIZATION = `Basic ${Buffer.from("volley:pass").toString("base64")}`;
const SEND = { v: 1, from: "Volley", to: [`+${MSISDN}`], body: TEXT, parameters: { name: { [MSISDN]: "Ann" } } };

const prefix = `{board-test-${randomUUID()}}`;
const closers: (() => Promise<unknown>)[] = [];
let queue: Queue;

function redisUrl(): string {
  const url = process.env["VOLLEY_TEST_REDIS_URL"];
  if (!url) throw new Error("set VOLLEY_TEST_REDIS_URL to a Redis that tests may use (npm test starts one)");
  return url;
}

async function board(environment: Record<string, string> = {}) {
  const lines: string[] = [];
  const log = createLogger({ name: "test", level: "info", destination: { write: (line) => void lines.push(line) } });
  const config = readBoardConfig({
    REDIS_URL: redisUrl(),
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "us,au",
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
    VOLLEY_BOARD_PASSWORD: "pass",
    ...environment,
  });
  const started = await startBoard(config, log);
  closers.push(async () => await started.stop(new AbortController().signal));
  const request = async (
    path: string,
    { headers = {}, ...options }: RequestInit & { headers?: Record<string, string> } = {},
  ) =>
    await fetch(started.url + path, { ...options, headers: Object.assign({ authorization: AUTHORIZATION }, headers) });
  return { request, lines, port: started.port };
}

/** A completed, a failed and a waiting job, and a parent with one failed part. */
async function addJobs(): Promise<void> {
  const connection = { url: redisUrl(), maxRetriesPerRequest: null };
  const options = { removeOnComplete: false, removeOnFail: false };
  await queue.add(JOB_NAME, SEND, { ...options, jobId: "us-done" });
  await queue.add(
    JOB_NAME,
    { ...SEND, fails: true },
    { ...options, jobId: "us-failed", deduplication: { id: MSISDN } },
  );
  const flow = new FlowProducer({ connection, prefix });
  const child = { name: JOB_NAME, queueName: queue.name, data: { ...SEND, fails: true } };
  const children = [{ ...child, opts: { jobId: "us-part", ignoreDependencyOnFailure: true } }];
  await flow.add({ name: JOB_NAME, queueName: queue.name, data: SEND, opts: { jobId: "us-parent" }, children });
  const worker = new Worker(
    queue.name,
    async (job) => {
      await job.log(`texting +46 70 123 45 67`);
      await job.updateProgress({ last: MSISDN });
      if (job.data.fails) throw new Error(`to[0]: ${MSISDN} is refused`);
      return { state: "accepted", rejected: [{ recipient: MSISDN, reason: "invalid", by: "volley" }] };
    },
    { connection, prefix },
  );
  await new Promise<void>((resolve) => {
    worker.on("completed", ({ id }) => void (id === "us-parent" && resolve()));
  });
  await worker.close();
  await flow.close();
  await queue.add(JOB_NAME, SEND, { jobId: "us-waiting" });
}

beforeAll(async () => {
  queue = new Queue(queueName("us"), { connection: { url: redisUrl() }, prefix });
  await addJobs();
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

afterAll(async () => {
  await queue.obliterate({ force: true });
  await queue.close();
});

describe("startBoard", () => {
  it("shows the queues of all regions in order", async () => {
    const { request } = await board();
    const body = (await (await request("/api/queues")).json()) as { queues: { name: string }[] };
    expect(body.queues.map(({ name }) => name)).toEqual(["volley-us", "volley-au"]);
    expect(body.queues[0]).toMatchObject({ counts: { completed: 2, failed: 2, waiting: 1 }, readOnlyMode: true });
  });

  const paths = [
    "/api/queues?activeQueue=volley-us&status=latest&page=1&jobsPerPage=100",
    ...["us-done", "us-failed", "us-parent", "us-part"].flatMap((id) =>
      ["", "/logs", "/flow"].map((part) => `/api/queues/volley-us/${id}${part}`),
    ),
  ];

  it.each(paths)("names nobody and no text in %s", async (path) => {
    const { request } = await board();
    const response = await request(path);
    expect(response.status).toBe(200);
    expect(await response.text()).not.toMatch(SECRETS);
  });

  it("shows recipients when it is told to", async () => {
    const { request } = await board({ VOLLEY_BOARD_SHOW_RECIPIENTS: "true" });
    const body = (await (await request("/api/queues/volley-us/us-failed")).json()) as { job: object };
    expect(body.job).toMatchObject({ data: { ...SEND, fails: true }, failedReason: `to[0]: ${MSISDN} is refused` });
  });

  it("loads at most 50 jobs at once", async () => {
    const { request } = await board();
    const response = await request("/api/queues?activeQueue=volley-us&status=completed&page=1&jobsPerPage=100000");
    expect(await response.json()).toMatchObject({ queues: [{ pagination: { range: { start: 0, end: 49 } } }, {}] });
  });

  it("asks for the password everywhere but on the health paths", async () => {
    const { request } = await board();
    for (const path of [
      "/",
      "/api/queues",
      "/metrics",
      "/static/favicon.ico",
      "/nowhere",
      "//livez",
      "/livez/x",
      "/log",
      "/queues/api/queues",
    ]) {
      const response = await request(path, { headers: { authorization: "" } });
      expect([path, response.status]).toEqual([path, 401]);
      expect(response.headers.get("www-authenticate")).toContain("Basic");
    }
    const wrong = `Basic ${Buffer.from("volley:wrong").toString("base64")}`;
    expect((await request("/", { headers: { authorization: wrong } })).status).toBe(401);
    expect((await request("/livez", { headers: { authorization: "" } })).status).toBe(200);
    expect(await (await request("/readyz", { headers: { authorization: "" } })).json()).toEqual({ ok: true });
    expect((await request("/metrics")).status).toBe(200);
  });

  it("is locked without a password, and says how to open it", async () => {
    const { request, lines } = await board({ VOLLEY_BOARD_PASSWORD: "" });
    const response = await request("/api/queues");
    expect(response.status).toBe(403);
    expect(await response.text()).toContain("set VOLLEY_BOARD_PASSWORD");
    expect((await request("/livez")).status).toBe(200);
    expect(lines.join("")).toContain("VOLLEY_BOARD_PASSWORD is not set");
  });

  it("protects its pages", async () => {
    const { request } = await board();
    const response = await request("/log");
    const policy = response.headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toContain("unsafe-inline");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("x-frame-options")).toBe("DENY");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("cache-control")).toBe("no-store");
    const page = await response.text();
    expect(page).toContain("<title>Action log · Volley</title>");
    expect(page).not.toContain("https://");
  });

  const mutations = appRoutes.api.flatMap(({ method, route }) =>
    method === "get" ? [] : [[String(method).toUpperCase(), String(route)] as const],
  );

  it.each(mutations)("refuses %s %s while it is read-only", async (method, route) => {
    const { request } = await board();
    const path = route
      .replace(":queueName", "volley-us")
      .replace(":jobId", "us-failed")
      .replace(":queueStatus", "failed");
    const body = JSON.stringify({ jobData: {}, data: {}, force: true });
    const response = await request(path, { method, body, headers: { "content-type": "application/json" } });
    expect(response.status).toBe(405);
    expect(await response.text()).toContain("VOLLEY_BOARD_READ_ONLY=false");
  });

  it("changes queues when it may, but not for another site", async () => {
    const { request } = await board({ VOLLEY_BOARD_READ_ONLY: "false" });
    const put = async (path: string, origin?: string) =>
      (await request(path, { method: "PUT", headers: origin === undefined ? {} : { origin } })).status;
    expect(await put("/api/queues/volley-us/pause", "https://elsewhere.example")).toBe(403);
    expect(await queue.isPaused()).toBe(false);
    expect(await put("/api/queues/volley-us/pause")).toBe(200);
    expect(await queue.isPaused()).toBe(true);
    expect(await put("/api/queues/volley-us/resume")).toBe(200);
  });

  it("takes its own page's word behind a proxy that writes its own host into requests", async () => {
    const { request } = await board({ VOLLEY_BOARD_READ_ONLY: "false" });
    const headers = { origin: "https://board.example", "sec-fetch-site": "same-origin" };
    expect((await request("/api/queues/volley-us/resume", { method: "PUT", headers })).status).toBe(200);
  });

  it.each([
    ["concurrency", { concurrency: 99 }],
    ["rate-limit", { max: 1_000_000, duration: 1 }],
    ["rate-limit/release", {}],
  ])("leaves the limits of a region to Volley: PUT %s", async (setting, body) => {
    await queue.setGlobalConcurrency(3);
    for (const shows of ["true", "false"]) {
      const { request } = await board({ VOLLEY_BOARD_READ_ONLY: "false", VOLLEY_BOARD_SHOW_RECIPIENTS: shows });
      const headers = { "content-type": "application/json" };
      const options = { method: "PUT", body: JSON.stringify(body), headers };
      const response = await request(`/api/queues/volley-us/${setting}`, options);
      expect(response.status).toBe(403);
      expect(await response.text()).toContain("volley region set <region>");
    }
    expect(await queue.getGlobalConcurrency()).toBe(3);
    expect(await queue.getGlobalRateLimit()).toBeNull();
  });

  it("never writes masked data over the real data, and never runs a completed send again", async () => {
    const { request } = await board({ VOLLEY_BOARD_READ_ONLY: "false" });
    const refused = [
      ["PATCH", "/api/queues/volley-us/us-waiting/update-data", { jobData: { to: "2 recipients" } }],
      ["POST", "/api/queues/volley-us/add", { name: JOB_NAME, data: { to: "2 recipients" } }],
      ["PUT", "/api/queues/volley-us/us-done/retry", {}],
      ["PUT", "/api/queues/volley-us/retry/completed", {}],
    ] as const;
    for (const [method, path, body] of refused) {
      const headers = { "content-type": "application/json" };
      const response = await request(path, { method, body: JSON.stringify(body), headers });
      expect([path, response.status]).toEqual([path, 403]);
    }
    expect((await queue.getJob("us-waiting"))?.data).toEqual(SEND);
    expect(await queue.getJobCounts("completed", "waiting")).toEqual({ completed: 2, waiting: 1 });
  });

  it("leaves what the queues' owners set", async () => {
    const before = await queue.getMeta();
    const { request } = await board();
    await request("/api/queues");
    expect(await queue.getMeta()).toEqual(before);
  });

  it("starts without Redis and is not ready then", async () => {
    const { request } = await board({ REDIS_URL: "redis://127.0.0.1:1" });
    expect((await request("/livez")).status).toBe(200);
    expect((await request("/readyz")).status).toBe(503);
    expect(await (await request("/api/queues")).text()).toContain("Redis is not connected");
  });

  it("names the variable when its port is taken, and leaves nothing open", async () => {
    const { port } = await board();
    await expect(board({ VOLLEY_HTTP_PORT: String(port) })).rejects.toThrow(/^VOLLEY_HTTP_PORT: cannot listen on/);
  });
});
