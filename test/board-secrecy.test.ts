import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readJobData, readSend, readStagedSend, regionNoticeKey } from "@volley/contract";
import { createLogger } from "@volley/runtime";
import { FlowProducer, Queue } from "bullmq";
import { Redis } from "ioredis";
import { readBoardConfig } from "../apps/board/src/config.ts";
import { startBoard } from "../apps/board/src/start-board.ts";
import { SECRET_NUMBER as NUMBER } from "./secrecy/plant-everywhere.ts";
import { numbersIn, plantNumber } from "./secrecy/plant-number.ts";
import { FORMS, HASH, NOTE, OPTIONS, RESULT } from "./secrecy/stored-jobs.ts";

/** Job IDs that other clients may choose. BullMQ's own refuses whole numbers. */
const JOB_IDS = [`+${NUMBER}`, `reminder-${NUMBER}`, "46 70-987 65 43", `00${NUMBER}`];

const JOBS_PER_PAGE = 50;

const redisUrl = process.env["VOLLEY_TEST_REDIS_URL"] ?? "";
const prefix = `{board-secrecy-${randomUUID()}}`;
const closers: (() => Promise<unknown>)[] = [];
const logged: string[] = [];
let ask: (path: string) => Promise<{ status: number; body: string }>;
let redis: Redis;
let queue: Queue;

beforeAll(async () => {
  redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  queue = new Queue("volley-us", { connection: redis, prefix });
  const config = readBoardConfig({
    REDIS_URL: redisUrl,
    VOLLEY_PREFIX: prefix,
    VOLLEY_REGIONS: "us",
    VOLLEY_HTTP_HOST: "127.0.0.1",
    VOLLEY_HTTP_PORT: "0",
    VOLLEY_BOARD_PASSWORD: "pass",
  });
  const destination = { write: (line: string) => void logged.push(line) };
  const board = await startBoard(config, createLogger({ name: "board", level: "trace", destination }));
  const authorization = `Basic ${Buffer.from("volley:pass").toString("base64")}`;
  ask = async (path) => {
    const response = await fetch(board.url + path, { headers: { authorization } });
    return { status: response.status, body: await response.text() };
  };
  closers.push(
    async () => redis.quit(),
    async () => queue.close(),
    async () => queue.obliterate({ force: true }),
    async () => board.stop(new AbortController().signal),
  );
});

afterAll(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

it("begins with the forms of data that Volley stores", () => {
  const now = new Date("2026-11-30T12:00:00Z");
  const ours = FORMS.filter(({ kind }) => kind !== "request" && kind !== "foreign");
  expect(ours.map(({ data }) => readJobData(data).kind)).toEqual(ours.map(({ kind }) => kind));
  for (const { data } of ours.filter(({ kind }) => kind === "send")) {
    expect("staged" in data ? readStagedSend(data, now) : readSend(data, now)).toMatchObject({ ok: true });
  }
});

describe("the board", () => {
  it("lists jobs of every form with a number in every field, and shows none", async () => {
    const data = FORMS.flatMap((form) => [form.data, ...plantNumber(form.data)]).map((value) => ({ data: value }));
    const results = [...plantNumber(RESULT)].map((returnvalue) => ({ returnvalue }));
    const notes = [NUMBER, Number(NUMBER), [NUMBER], ...plantNumber(NOTE)].map((progress) => ({ progress }));
    const options = [...plantNumber(OPTIONS)].map((opts) => ({ opts }));
    const hashes = [...plantNumber(HASH)].map((hash) => Object(hash) as object);
    const jobs = [...data, ...results, ...notes, ...options, ...hashes];
    await addByHand(jobs);
    expect(jobs.length).toBeGreaterThan(1_500);
    let shown = 0;
    for (let page = 1; shown < jobs.length; page += 1) {
      const listed = await expectHidden(pageOf("waiting", page));
      const [{ jobs: found } = { jobs: [] }] = (JSON.parse(listed) as { queues: { jobs: unknown[] }[] }).queues;
      expect(found.length).toBeGreaterThan(0);
      shown += found.length;
    }
    await expectHidden(pageOf("latest", 1));
    await queue.obliterate({ force: true });
  });

  it.each(JOB_IDS)("shows and finds the job that another client has named %s", async (jobId) => {
    const flow = new FlowProducer({ connection: redis, prefix });
    const child = { name: NUMBER, queueName: queue.name, data: { to: [NUMBER] }, opts: { jobId: `child-${jobId}` } };
    const { job } = await flow.add({ name: NUMBER, queueName: queue.name, opts: { jobId }, children: [child] });
    await job.log(`texting ${NUMBER}`);
    for (const id of [jobId, `child-${jobId}`]) {
      const path = `/api/queues/${queue.name}/${encodeURIComponent(id)}`;
      const asked = await expectHidden(path);
      const shown = encodeURIComponent((JSON.parse(asked) as { job: { id: string } }).job.id);
      expect(await expectHidden(`/api/queues/${queue.name}/${shown}`)).toBe(asked);
      const tree = JSON.parse(await expectHidden(`/api/queues/${queue.name}/${shown}/flow`)) as { flowRoot: object };
      expect(tree.flowRoot).toMatchObject({ children: [{ queueName: queue.name }] });
      await expectHidden(`/api/queues/${queue.name}/${shown}/logs`);
    }
    const root = encodeURIComponent(jobId);
    expect(await expectHidden(`/api/queues/${queue.name}/${root}/logs`)).toBe('["texting [number]"]');
  });

  it("shows no number of a scheduler and of a notice", async () => {
    const template = { name: NUMBER, data: { to: [NUMBER], body: NUMBER }, opts: { keepLogs: Number(NUMBER) } };
    await queue.upsertJobScheduler(`daily-${NUMBER}`, { every: 3_600_000, limit: Number(NUMBER) }, template);
    await queue.upsertJobScheduler(NUMBER, { pattern: "0 9 * * *", tz: "Europe/Stockholm" }, template);
    await redis.set(regionNoticeKey(prefix, "us"), `suspended: ${NUMBER}`);
    const schedulers = await expectHidden(`/api/job-schedulers?queueName=${queue.name}`);
    expect(schedulers).toContain('"pattern":"0 9 * * *"');
    expect(schedulers).toContain('"every":3600000');
    await expectHidden(pageOf("delayed", 1));
  });

  it("shows nothing of data that is no JSON", async () => {
    await redis.hset(queue.toKey("no-json"), { name: "send", data: `x${NUMBER}`, opts: "{}", timestamp: 1 });
    await redis.lpush(queue.toKey("wait"), "no-json");
    await expectHidden(pageOf("waiting", 1), 500);
    await expectHidden(`/api/queues/${queue.name}/no-json`, 500);
    await redis.lrem(queue.toKey("wait"), 1, "no-json");
    expect(logged.join("")).toContain('"message":"not JSON"');
    expect(numbersIn(logged.join("\n"))).toEqual([]);
  });
});

function pageOf(status: string, page: number): string {
  return `/api/queues?activeQueue=${queue.name}&status=${status}&page=${page}&jobsPerPage=${JOBS_PER_PAGE}`;
}

/** Asks, and looks for the number in what is answered. */
async function expectHidden(path: string, expected = 200): Promise<string> {
  const { status, body } = await ask(path);
  expect(numbersIn(body)).toEqual([]);
  expect([path, status]).toEqual([path, expected]);
  return body;
}

/** Writes jobs as they are into Redis: no client of BullMQ's would write all of them. */
async function addByHand(jobs: readonly object[]): Promise<void> {
  const pipeline = redis.pipeline();
  for (const [index, job] of jobs.entries()) {
    const fields = Object.entries({ name: "send", data: {}, opts: {}, timestamp: 1_796_112_000_000, ...job });
    const texts = fields.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
    pipeline.hset(queue.toKey(`by-hand-${index}`), Object.fromEntries(texts) as Record<string, string>);
    pipeline.rpush(queue.toKey("wait"), `by-hand-${index}`);
  }
  await pipeline.exec();
}
