import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { leaveOutData } from "./leave-out-data.ts";

const MOST = 100;

const SMALL = { text: "a" };
const LARGE = { text: "a".repeat(1_000) };
const LARGE_BYTES = JSON.stringify(LARGE).length;

let prefix: string;
let redis: Redis;
let queue: Queue;
let worker: Worker | null;

beforeEach(() => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  queue = new Queue("jobs", { connection: redis, prefix });
  worker = null;
});

afterEach(async () => {
  await worker?.close();
  await queue.close();
  redis.disconnect();
  await dropPrefix(prefix);
});

/** Works on all jobs one after the other. @returns each with what it was picked up with, in their order */
async function pickUp(count: number, work: (job: Job) => unknown = () => null): Promise<Job[]> {
  const pickedUp: Job[] = [];
  worker = new Worker(
    "jobs",
    async (job) => {
      pickedUp.push(job);
      return work(job);
    },
    { connection: leaveOutData(redis, MOST), prefix },
  );
  await eventually(() => pickedUp.length >= count, "the jobs");
  return pickedUp;
}

it("picks a large job up with the number of bytes in place of its data, and all else as it is", async () => {
  const added = await queue.add("send", LARGE, { attempts: 3 });
  const [job] = await pickUp(1);
  expect(job).toMatchObject({ id: added.id, name: "send", data: LARGE_BYTES, timestamp: added.timestamp });
  expect(job?.opts.attempts).toBe(3);
  expect(job?.attemptsStarted).toBe(1);
  expect((await queue.getJob(String(added.id)))?.data).toEqual(LARGE);
});

it("picks up the next one in the same way when a job completes, fails, or fails and is tried again", async () => {
  await queue.addBulk([SMALL, LARGE, LARGE, LARGE, SMALL, LARGE].map((data) => ({ name: "send", data })));
  await queue.add("again", SMALL, { attempts: 2, backoff: { type: "fixed", delay: 1 } });
  await queue.add("send", LARGE);
  const jobs = await pickUp(9, (job) => {
    if (job.name === "again" || job.id === "3") throw new Error("no");
    return null;
  });
  const bytes = jobs.filter(({ name }) => name === "send").map(({ data }) => data);
  expect(bytes).toEqual([SMALL, LARGE_BYTES, LARGE_BYTES, LARGE_BYTES, SMALL, LARGE_BYTES, LARGE_BYTES]);
});

it("picks up whole what has as many bytes as it may", async () => {
  const data = { text: "a".repeat(MOST - JSON.stringify({ text: "" }).length) };
  await queue.add("send", data);
  expect((await pickUp(1))[0]?.data).toEqual(data);
});

it("picks a scheduler's job up whole, from which its next one is made", async () => {
  await queue.upsertJobScheduler("every", { every: 50 }, { name: "send", data: LARGE });
  const jobs = await pickUp(2);
  await queue.removeJobScheduler("every");
  expect(jobs.map(({ data }) => data)).toEqual(jobs.map(() => LARGE));
});

it("leaves the connection and its other queues as they were", async () => {
  await queue.add("send", LARGE);
  await pickUp(1);
  await worker?.close();
  await queue.add("send", LARGE);
  const pickedUp: unknown[] = [];
  worker = new Worker("jobs", async ({ data }) => void pickedUp.push(data), { connection: redis, prefix });
  await eventually(() => pickedUp.length === 1, "the job");
  expect(pickedUp).toEqual([LARGE]);
});

it("refuses a BullMQ that picks jobs up in another way", () => {
  const connection = leaveOutData(redis, MOST);
  const define = (name: string, lua: string) => () => connection.defineCommand(name, { numberOfKeys: 0, lua });
  expect(define("moveToActive:99.0.0", "return 1")).toThrow("moveToActive:99.0.0");
  expect(define("anotherOne:99.0.0", "return 1")).not.toThrow();
});
