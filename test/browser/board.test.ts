import { randomUUID } from "node:crypto";
import { once } from "node:events";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { FlowProducer, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";

import { readBoardConfig } from "../../apps/board/src/config.ts";
import { startBoard } from "../../apps/board/src/start-board.ts";
import { JOB_NAME, queueName, regionNoticeKey } from "@volley/contract";
import { createLogger } from "@volley/runtime";
import { CHROMIUM_FLAGS } from "./chromium-flags.ts";
import { findChromium } from "./find-chromium.ts";

const MSISDN = "46701234567";
const TEXT = "Your code is on its way";
const SECRETS = new RegExp(`${MSISDN}|70 123 45 67|${TEXT}|Ann`);
const SEND = { v: 1, from: "Volley", to: [`+${MSISDN}`], body: TEXT, parameters: { name: { [MSISDN]: "Ann" } } };
const PASSWORD = "only-for-this-test";

const prefix = `{browser-test-${randomUUID()}}`;
const closers: (() => Promise<unknown>)[] = [];
let browser: Browser;
let url: string;

function redisUrl(): string {
  const found = process.env["VOLLEY_TEST_REDIS_URL"];
  if (!found) throw new Error("set VOLLEY_TEST_REDIS_URL to a Redis that tests may use (npm test starts one)");
  return found;
}

/** One job in every state that BullMQ knows. */
async function addJobs(): Promise<void> {
  const connection = { url: redisUrl(), maxRetriesPerRequest: null };
  const queue = new Queue(queueName("us"), { connection, prefix });
  const release = new AbortController();
  const released = once(release.signal, "abort");
  const worker = new Worker(
    queue.name,
    async (job) => {
      await job.log("texting +46 70 123 45 67");
      if (job.id === "us-active") await released;
      if (job.id === "us-failed") throw new Error(`to[0]: ${MSISDN} is refused`);
      return { state: "accepted", region: "us", rejected: [{ recipient: MSISDN, reason: "invalid", by: "volley" }] };
    },
    { connection, prefix, concurrency: 3 },
  );
  const flow = new FlowProducer({ connection, prefix });
  closers.push(
    async () => await queue.close(),
    async () => await queue.obliterate({ force: true }),
    async () => await flow.close(),
    async () => await worker.close(),
    async () => release.abort(),
  );
  const settled = Promise.all([nextEvent(worker, "completed"), nextEvent(worker, "failed")]);
  for (const id of ["us-done", "us-failed", "us-active"]) await queue.add(JOB_NAME, SEND, { jobId: id });
  await settled;
  // The worker holds the active job and takes nothing more.
  const paused = worker.pause(true);
  await queue.pause();
  await paused;
  await queue.add(JOB_NAME, SEND, { jobId: "us-waiting" });
  await queue.add(JOB_NAME, SEND, { jobId: "us-delayed", delay: 3_600_000 });
  await queue.add(JOB_NAME, SEND, { jobId: `+${MSISDN}`, delay: 7_200_000 });
  await queue.add(JOB_NAME, SEND, { jobId: "us-prioritized", priority: 5 });
  const child = { name: JOB_NAME, queueName: queue.name, data: SEND, opts: { jobId: "us-part", priority: 9 } };
  await flow.add({
    name: JOB_NAME,
    queueName: queue.name,
    data: SEND,
    opts: { jobId: "us-parent" },
    children: [child],
  });
}

async function nextEvent(worker: Worker, event: "completed" | "failed"): Promise<void> {
  await new Promise<void>((resolve) => worker.once(event, () => resolve()));
}

async function serveBoard(): Promise<void> {
  const config = readBoardConfig({
    REDIS_URL: redisUrl(),
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "us,eu",
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
    VOLLEY_BOARD_PASSWORD: PASSWORD,
  });
  const board = await startBoard(config, createLogger({ name: "volley-board", level: "silent" }));
  closers.push(async () => await board.stop(new AbortController().signal));
  url = board.url;
}

/** A page of its own, everything it complained about, and everything it received. */
async function openPage(password: string) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  await context.request.post(`${url}/sign-in`, { form: { name: "volley", password } });
  closers.push(async () => await context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  const bodies: Promise<string>[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  page.on("pageerror", (error) => void complaints.push(error.message));
  page.on("request", (request) => void hosts.add(new URL(request.url()).host));
  page.on(
    "response",
    (response) => void (response.url().includes("/api/") && bodies.push(response.text().catch(() => ""))),
  );
  return { page, complaints, hosts, received: async () => (await Promise.all(bodies)).join("\n") };
}

async function seen(page: Page): Promise<string> {
  return await page.locator("body").innerText();
}

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: await findChromium(), args: CHROMIUM_FLAGS });
  closers.push(async () => await browser.close());
  await addJobs();
  await serveBoard();
  // A browser that has to be installed first is a large package.
}, 300_000);

afterAll(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

describe("the board in a browser", () => {
  it("shows the regions' queues and how many jobs are in which state", async () => {
    const { page, complaints, hosts } = await openPage(PASSWORD);
    await page.goto(`${url}/queues`);
    await page.getByText("volley-us").first().waitFor();
    expect(await page.title()).toBe("Volley");
    expect(await seen(page)).toContain("volley-eu");
    await page.goto(`${url}/queues/queue/volley-us`);
    await page.getByText("us-waiting").first().waitFor();
    const text = await seen(page);
    for (const state of ["Active", "Waiting", "Waiting children", "Prioritized", "Completed", "Failed", "Delayed"]) {
      expect(text.toLowerCase()).toContain(state.toLowerCase());
    }
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([new URL(url).host]);
  });

  it("opens a job and shows neither the number nor the text", async () => {
    const { page, complaints, received } = await openPage(PASSWORD);
    await page.goto(`${url}/queues/queue/volley-us/us-failed`);
    for (const [tab, content] of [
      ["Error", "[number] is refused"],
      ["Data", "text of 23 characters"],
      ["Options", "attempts"],
      ["Logs", "texting [number]"],
    ] as const) {
      await page.getByRole("tab", { name: tab, exact: true }).click();
      await page.getByText(content).first().waitFor();
      expect(await page.content()).not.toMatch(SECRETS);
    }
    expect(await received()).toContain("1 recipient");
    expect(await received()).not.toMatch(SECRETS);
    expect(complaints).toEqual([]);
  });

  it.each(["active", "waiting", "waiting-children", "prioritized", "completed", "failed", "delayed"])(
    "lists the %s job and shows neither the number nor the text",
    async (state) => {
      const { page, complaints, received } = await openPage(PASSWORD);
      await page.goto(`${url}/queues/queue/volley-us?status=${state}`);
      // A failed job opens with its error, every other one with its data.
      await page
        .getByText(/1 recipient|\[number\] is refused/)
        .first()
        .waitFor();
      expect(await page.content()).not.toMatch(SECRETS);
      expect(await received()).not.toMatch(SECRETS);
      expect(complaints).toEqual([]);
    },
  );

  it("leads to the job that somebody has named by a number, and does not show the number", async () => {
    const { page, complaints, received } = await openPage(PASSWORD);
    await page.goto(`${url}/queues/queue/volley-us?status=delayed`);
    await page.locator('a[href*="/hidden-"]').first().click();
    await page.waitForURL(/\/queues\/queue\/volley-us\/hidden-/);
    await page.getByText("1 recipient").first().waitFor();
    expect(await page.content()).not.toMatch(SECRETS);
    expect(page.url()).not.toMatch(SECRETS);
    expect(await received()).not.toMatch(SECRETS);
    expect(complaints).toEqual([]);
  });

  it("says on a queue why its region waits, and no more once it works", async () => {
    const redis = new Redis(redisUrl());
    closers.push(async () => void (await redis.quit()));
    const notice = "suspended: the provider refuses its set-up (http_401)";
    await redis.set(regionNoticeKey(prefix, "eu"), notice);
    const { page, complaints } = await openPage(PASSWORD);
    await page.goto(`${url}/queues/queue/volley-eu`);
    await page.getByText(notice).first().waitFor();
    await redis.del(regionNoticeKey(prefix, "eu"));
    await page.getByText(notice).first().waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
  });
});
