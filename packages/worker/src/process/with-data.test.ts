import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, partId, stageKey } from "@volley/contract";
import type { Job } from "bullmq";
import { eventually } from "../../../../test/stage/eventually.ts";
import { stageRecipients } from "../../../../test/stage/stage-recipients.ts";
import { numbers, type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { readNote } from "../job/note.ts";

const MB = 1_000_000;

/** A thousand recipients with a name take 210 kB to be read, and none of them comes without asking. */
const SMALL_ROOM = 4 * MB;

const TOO_LARGE =
  /^the job needs about \d+ MB of memory, and this worker has 1 MB for jobs: stage its recipients \(enqueue does\), or give the worker more memory$/;

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** A text with everybody's name. */
function namedText(count: number, nameLength = 10): object {
  const to = numbers(count);
  const name = Object.fromEntries(to.map((number) => [number, `N${number}`.padEnd(nameLength, "x")]));
  return { from: "12015550123", to, body: "Hi ${name}", parameters: { name } };
}

/** A name that makes a piece of a thousand recipients too large to come without asking. */
function longName(number: string): Record<string, string> {
  return { name: `N${number}`.padEnd(400, "x") };
}

async function note(job: Job): Promise<string | undefined> {
  return readNote((await rig.queue.getJob(String(job.id)))?.progress)?.last.code;
}

it("sends large jobs as any other, each as it stands, however many come at once", async () => {
  const jobs = await Promise.all(Array.from({ length: 8 }, async () => rig.add(namedText(5_000))));
  await rig.startWorker({ memoryBytes: SMALL_ROOM });
  for (const { id } of jobs) {
    expect((await rig.resultOf(id)).recipients).toEqual({ ...noRecipients(5_000), accepted: 5_000 });
  }
  expect(new Set(rig.emulator.textsTo("46700004999"))).toEqual(new Set(["Hi N46700004999"]));
  expect(rig.emulator.timesTexted("46700004999")).toBe(8);
});

it.each([3_000, 8_000, 18_000, 50_000])("sends a list of %s recipients that have no values", async (count) => {
  const job = await rig.add({ from: "12015550123", to: numbers(count), body: "Hi" });
  await rig.startWorker({ memoryBytes: 16 * MB });
  expect((await rig.resultOf(job.id)).recipients).toEqual({ ...noRecipients(count), accepted: count });
});

it("reads a job again when its values turn out to need more memory than its size has said", async () => {
  const job = await rig.add({ from: "12015550123", to: Array(20_000).fill(1), body: "Hi" });
  await rig.startWorker({ memoryBytes: SMALL_ROOM });
  expect(await rig.failureOf(job.id)).toContain("to[0]");
});

it("sends large pieces of a stage, however many come at once", async () => {
  const recipients = numbers(5_000);
  const staged = await stageRecipients(rig.redis, { prefix: rig.prefix, id: "s1", recipients, own: longName });
  const job = await rig.add({ from: "12015550123", body: "Hi ${name}", staged });
  await rig.startWorker({ memoryBytes: SMALL_ROOM });
  expect((await rig.resultOf(job.id)).recipients).toEqual({ ...noRecipients(5_000), accepted: 5_000 });
  expect(rig.emulator.timesTexted("46700004999")).toBe(1);
  expect(await rig.redis.hlen(stageKey(rig.prefix, "s1"))).toBe(0);
});

it.each([
  ["its bytes say so", namedText(1_000, 400)],
  ["its values say so", namedText(5_000)],
])("fails a job that needs more memory than there is, with that reason: %s", async (_, data) => {
  const job = await rig.add(data);
  const next = await rig.add(namedText(1));
  await rig.startWorker({ memoryBytes: MB });
  expect(await rig.failureOf(job.id)).toMatch(TOO_LARGE);
  expect((await rig.resultOf(next.id)).state).toBe("accepted");
  expect(rig.emulator.timesTexted("46700000999")).toBe(0);
});

it("fails a part whose piece needs more memory than there is", async () => {
  const staged = await stageRecipients(rig.redis, {
    prefix: rig.prefix,
    id: "s1",
    recipients: numbers(1_000),
    own: longName,
  });
  const job = await rig.add({ from: "12015550123", body: "Hi ${name}", staged });
  await rig.startWorker({ memoryBytes: MB });
  expect(await rig.failureOf(job.id)).toMatch(TOO_LARGE);
});

it("leaves a job to a worker with more memory of which something may have been sent", async () => {
  const job = await rig.add(namedText(1_000, 400));
  // Picked up by a worker that died.
  await (await rig.pickUp()).free();
  const small = await rig.startWorker({ memoryBytes: MB });
  await eventually(async () => (await note(job)) === "too_large", "a note of the worker without the memory");
  expect(rig.lines).toContain("error: a job that was begun needs a worker with more memory");
  await small.close();
  await (await rig.queue.getJob(String(job.id)))?.promote();
  await rig.startWorker();
  expect(await rig.resultOf(job.id)).toMatchObject({ state: "accepted", recipients: { accepted: 1_000 } });
  // In doubt still: it was asked about before it was sent.
  expect(rig.emulator.requests()[0]?.method).toBe("GET");
  expect(rig.emulator.timesTexted("46700000999")).toBe(1);
});

it("leaves a send that was planned in part to a worker with more memory", async () => {
  const job = await rig.add(namedText(5_000));
  // Picked up and put back by a worker that was asked to stop while it planned.
  await (await rig.pickUp()).free();
  const last = { outcome: "held", code: "worker_stops", at: new Date().toISOString() };
  const progress = JSON.stringify({ pickup: 1, tries: 0, looks: 0, unknown_since: null, last });
  await rig.redis.hset(rig.queue.toKey(String(job.id)), { progress, "volley:content": "the digest of its content" });
  const small = await rig.startWorker({ memoryBytes: MB });
  await eventually(async () => (await note(job)) === "too_large", "a note of the worker without the memory");
  await small.close();
  expect(await rig.queue.getJobState(String(job.id))).toBe("delayed");
  expect(await rig.queue.getJob(partId(String(job.id), 0))).toBeUndefined();
});

it("puts what waits for its memory back unread when the worker stops, with nothing in doubt", async () => {
  rig.emulator.faults.add({ match: { method: "POST" }, action: { kind: "latency", ms: 500 } });
  const first = await rig.add(namedText(1_000, 200));
  const jobs = await Promise.all(Array.from({ length: 4 }, async () => rig.add(namedText(1_000, 200))));
  const worker = await rig.startWorker({ memoryBytes: 1.7 * MB });
  await eventually(async () => (await rig.queue.getActiveCount()) === 5, "jobs that wait");
  await eventually(() => rig.emulator.requests().length > 0, "the first request");
  await worker.close();
  expect((await rig.resultOf(first.id)).state).toBe("accepted");
  const left = await Promise.all(jobs.map(note));
  expect(left).toEqual(Array(4).fill("worker_stops"));
  await rig.startWorker();
  for (const { id } of jobs) expect((await rig.resultOf(id)).state).toBe("accepted");
  expect(rig.emulator.requests().map(({ method }) => method)).toEqual(Array(5).fill("POST"));
});
