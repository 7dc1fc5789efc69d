import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { limitsKey, noRecipients, partId, queueName, type Send, type SendResult } from "@volley/contract";
import { type Job, Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { dropPrefix, ownPrefix, testRedisUrl } from "../../../../test/own-prefix.ts";
import { sayServed } from "../../../../test/stage/stage.ts";
import { createProducer, type Producer } from "../producer/producer.ts";
import { namesOf } from "./read-delivery.ts";
import type { SendStatus } from "./read-status.ts";

const SEND: Send = { from: "12015550123", to: ["46701234567"], body: "Hi" };
const EU = { region: "eu", idempotencyKey: "order 17" };
const NOTHING = { parts: null, until: null, result: null, failure: null, last: null, eta: null, delivery: null };
const TOKEN = "a worker's";
const RESULT: SendResult = {
  state: "accepted",
  region: "eu",
  recipients: { ...noRecipients(1), accepted: 1 },
  batches: [{ id: "01H", part: 0, recipients: 1, accepted_at: "2026-12-01T12:00:00Z", adopted: false }],
  rejected: [],
  errors: [],
};

let prefix: string;
let redis: Redis;
let queue: Queue;
let worker: Worker;
let producer: Producer;

beforeEach(async () => {
  prefix = ownPrefix();
  redis = new Redis(testRedisUrl(), { maxRetriesPerRequest: null });
  await sayServed(redis, prefix, ["eu"]);
  queue = new Queue(queueName("eu"), { connection: redis, prefix });
  worker = new Worker(queue.name, null, { connection: redis, prefix, autorun: false, lockDuration: 60_000 });
  producer = createProducer({ redis: testRedisUrl(), prefix });
});

afterEach(async () => {
  await producer.close();
  await worker.close();
  await queue.close();
  await dropPrefix(prefix);
  redis.disconnect();
});

describe("the status of a send", () => {
  it("is queued while it waits", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    expect(await producer.status(id)).toEqual({ ...NOTHING, id, region: "eu", state: "queued" });
  });

  it("has the label that the send has, whatever has become of it, and the same key with another one is the same send", async () => {
    const { id } = await producer.enqueue({ ...SEND, label: "spring" }, EU);
    const again = await producer.enqueue({ ...SEND, label: "summer" }, EU);
    expect(again).toMatchObject({ id, alreadyEnqueued: true });
    expect(await producer.status(id)).toMatchObject({ state: "queued", label: "spring" });
    const message = { from: SEND.from, body: SEND.body, label: "spring" };
    const job = await queue.getJob(id);
    await job?.updateData({ message, settled: RESULT });
    expect(await producer.status(id)).toMatchObject({ label: "spring" });
  });

  it("has an end that can be written down at the slowest pace, too", async () => {
    await redis.hset(limitsKey(prefix, "eu"), { rate: "1e-13" });
    const { id } = await producer.enqueue(SEND, EU);
    expect(await producer.status(id)).toMatchObject({ eta: "+275760-09-13T00:00:00.000Z" });
  });

  it("has no end that anybody knows while its region is paused", async () => {
    await producer.region("eu").setLimits({ rate: 10 });
    const { id } = await producer.enqueue(SEND, EU);
    expect((await producer.status(id))?.eta).not.toBeNull();
    await producer.region("eu").pause();
    expect((await producer.status(id))?.eta).toBeNull();
  });

  it("is scheduled until its time comes less the lead", async () => {
    const sendAt = Date.now() + 600_000;
    const { id } = await producer.enqueue({ ...SEND, send_at: new Date(sendAt).toISOString() }, EU);
    const status = await producer.status(id);
    expect(status?.state).toBe("scheduled");
    expect(Math.abs(Date.parse(status?.until ?? "") - (sendAt - 60_000))).toBeLessThan(2_000);
  });

  it("is done no earlier than the time at which it is to be sent, though workers hand it over before", async () => {
    await producer.region("eu").setLimits({ rate: 10 });
    const sendAt = new Date(Date.now() + 600_000).toISOString();
    const { id } = await producer.enqueue({ ...SEND, send_at: sendAt }, EU);
    expect(await producer.status(id)).toMatchObject({ state: "scheduled", sendAt, eta: sendAt });
    await (await queue.getJob(id))?.promote();
    await pickUp();
    expect(await producer.status(id)).toMatchObject({ state: "sending", eta: sendAt });
  });

  it("says since when a cancellation waits for a worker, until one has answered", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    expect(await producer.status(id)).not.toHaveProperty("cancelAskedAt");
    const askedFrom = Date.now();
    await expect(producer.cancel(id, { waitMs: 1 })).rejects.toMatchObject({ code: "VOLLEY_WORKER_SILENT" });
    const { cancelAskedAt } = (await producer.status(id)) ?? {};
    expect(cancelAskedAt).toBe(new Date(Date.parse(cancelAskedAt ?? "")).toISOString());
    expect(Date.parse(cancelAskedAt ?? "")).toBeGreaterThanOrEqual(askedFrom);
    const question = await pickUp();
    expect(await producer.status(id)).toMatchObject({ cancelAskedAt });
    await question.moveToCompleted({ stopped: 1 }, TOKEN, false);
    expect(await producer.status(id)).not.toHaveProperty("cancelAskedAt");
  });

  it("is scheduled, until the same time, when it is a worker that holds it back", async () => {
    const opensAt = Date.now() + 600_000;
    const { id } = await producer.enqueue(SEND, EU);
    const job = await pickUp();
    await putBack(job, "held", opensAt, "send_at");
    const status = await producer.status(id);
    expect(status).toMatchObject({ state: "scheduled", last: { outcome: "held" } });
    expect(Math.abs(Date.parse(status?.until ?? "") - opensAt)).toBeLessThan(2_000);
  });

  it("is queued, when what is due is held back by something else", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    await putBack(await pickUp(), "held", Date.now() + 600_000, "suppressions_unread");
    expect(await producer.status(id)).toMatchObject({ state: "queued", last: { code: "suppressions_unread" } });
  });

  it("counts the time until it is picked up again from when it was put back", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    const hourAgo = Date.now() - 3_600_000;
    await redis.hset(`${prefix}:${queue.name}:${id}`, "timestamp", hourAgo);
    const until = Date.now() + 30_000;
    await putBack(await pickUp(), "held", until);
    const status = await producer.status(id);
    expect(Math.abs(Date.parse(status?.until ?? "") - until)).toBeLessThan(2_000);
  });

  it("is queued, with how the last try ended, when it was put back after a try", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    await putBack(await pickUp(), "unknown", Date.now() + 600_000);
    expect(await producer.status(id)).toMatchObject({
      state: "queued",
      last: { outcome: "unknown", code: "code", at: expect.any(String) },
    });
  });

  it("is sending while a worker works on it", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    await pickUp();
    expect(await producer.status(id)).toEqual({ ...NOTHING, id, region: "eu", state: "sending" });
  });

  it("is sending while its parts are on their way, and counts those that are done", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    const parent = await pickUp();
    await addParts(parent, 3);
    await parent.updateData({
      message: { from: SEND.from },
      planned: { parts: 3, requested: 3, duplicate: 0, rejected: 0, rejections: [], skipped: [] },
    });
    await parent.moveToWaitingChildren(TOKEN);
    expect(await producer.status(id)).toMatchObject({ state: "sending", parts: { total: 3, done: 0 } });
    const first = await pickUp();
    await first.moveToCompleted(RESULT, TOKEN, false);
    const second = await pickUp();
    await second.moveToFailed(new Error("no"), TOKEN, false);
    expect(await producer.status(id)).toMatchObject({ state: "sending", parts: { total: 3, done: 2 } });
  });

  it("is settled with its result", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    const job = await pickUp();
    await job.moveToCompleted(RESULT, TOKEN, false);
    expect(await producer.status(id)).toEqual({ ...NOTHING, id, region: "eu", state: "settled", result: RESULT });
  });

  it("has its result as soon as it is settled, whenever it is asked while it ends", async () => {
    for (let round = 0; round < 30; round += 1) {
      const { id } = await producer.enqueue(SEND, { region: "eu", idempotencyKey: `order ${round}` });
      const job = await pickUp();
      const ended = job.moveToCompleted(RESULT, TOKEN, false);
      expect(await firstSettled(id)).toMatchObject({ result: RESULT });
      await ended;
    }
  });

  it("finds the reports of every lot of a send whose ID another client gave, whoever was taken out of it since", () => {
    const [batch] = RESULT.batches as [SendResult["batches"][number]];
    const batches = [{ ...batch, recipients: 3, suppressed: 2 }, batch];
    expect(namesOf("17", { ...RESULT, batches })).toEqual(["17", "17.5"]);
  });

  it("is failed with the reason", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    const job = await pickUp();
    await job.moveToFailed(new Error("send refused"), TOKEN, false);
    expect(await producer.status(id)).toMatchObject({ state: "failed", failure: "send refused", result: null });
  });
});

describe("an ID", () => {
  it("that nobody gave has no status", async () => {
    expect(await producer.status("eu-00000000000000000000")).toBeNull();
  });

  it("that another client gave needs its region", async () => {
    const { id } = await queue.add("send", SEND);
    expect(id).toMatch(/^\d+$/);
    await expect(producer.status(String(id))).rejects.toMatchObject({ code: "VOLLEY_INVALID_REGION" });
    expect(await producer.status(String(id), { region: "eu" })).toMatchObject({ id, state: "queued" });
  });

  it.each(["wait", "meta", "events", "id", "marker", "de:x", "1:lock"])(
    "is no send's: %s, which BullMQ keeps",
    async (id) => {
      await queue.add("send", SEND);
      await redis.hset(queue.toKey("meta"), "name", "send");
      expect(await producer.status(id, { region: "eu" })).toBeNull();
      expect(await producer.explain(id, { region: "eu" })).toBeNull();
      expect(await producer.origin(id, { region: "eu" })).toBeNull();
      await expect(producer.cancel(id, { region: "eu", waitMs: 1 })).rejects.toMatchObject({
        code: "VOLLEY_UNKNOWN_SEND",
      });
    },
  );

  it("of a part or of a question is no send's", async () => {
    const { id } = await producer.enqueue(SEND, EU);
    const parent = { id, queue: queue.qualifiedName };
    await queue.add("send", SEND, { jobId: partId(id, 1), parent });
    await expect(producer.cancel(id, { waitMs: 1 })).rejects.toMatchObject({ code: "VOLLEY_WORKER_SILENT" });
    for (const other of [partId(id, 1), `${id}.cancel`]) {
      expect(await producer.status(other, { region: "eu" })).toBeNull();
      expect(await producer.explain(other, { region: "eu" })).toBeNull();
    }
  });

  it("leaves nothing behind in a region that there is not", async () => {
    expect(await producer.status("17", { region: "nowhere" })).toBeNull();
    expect(await producer.status("nowhere-00000000000000000000")).toBeNull();
    expect(await producer.region("nowhere").limits()).toMatchObject({ isServed: false });
    expect(await redis.exists(`${prefix}:${queueName("nowhere")}:meta`)).toBe(0);
  });

  it("is not looked for in a region that cannot be one", async () => {
    await expect(producer.status("17", { region: "EU" })).rejects.toMatchObject({ code: "VOLLEY_INVALID_REGION" });
  });
});

async function pickUp(): Promise<Job> {
  const job: Job | undefined = await worker.getNextJob(TOKEN, { block: false });
  if (!job) throw new Error("there is no job to pick up");
  return job;
}

/** The first status that says that a send is settled. */
async function firstSettled(id: string): Promise<SendStatus> {
  for (;;) {
    const status = await producer.status(id);
    if (status?.state === "settled") return status;
  }
}

/** As a worker does it: the note first, then the delay. */
async function putBack(job: Job, outcome: string, untilMs: number, code = "code"): Promise<void> {
  const last = { outcome, code, at: new Date().toISOString() };
  await job.updateProgress({ pickup: job.attemptsStarted, tries: 1, looks: 0, unknown_since: null, last });
  await job.moveToDelayed(untilMs, TOKEN);
}

async function addParts(parent: Job, count: number): Promise<void> {
  for (let part = 0; part < count; part += 1) {
    await queue.add("send", SEND, {
      jobId: partId(String(parent.id), part),
      parent: { id: String(parent.id), queue: parent.queueQualifiedName },
      ignoreDependencyOnFailure: true,
    });
  }
}
