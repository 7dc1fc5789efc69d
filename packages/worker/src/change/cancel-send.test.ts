import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { sendId } from "@volley/contract";
import { DelayedError, type Job, UnrecoverableError, Worker } from "bullmq";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { holdJob } from "../terms/held-job.ts";
import { type Canceled, cancelSend } from "./cancel-send.ts";
import { readNote } from "../job/note.ts";
import type { RegionContext } from "../region/region-context.ts";
import { resolveSend } from "./resolve-send.ts";

const HOUR_MS = 3_600_000;

const TOKEN = "somebody";

let rig: RegionRig;
let context: RegionContext;
let id: string;
let picker: Worker;
/** What was said, by level. */
let said: string[];

beforeEach(async () => {
  rig = await startRegionRig();
  said = [];
  const say = (level: string) => (): void => void said.push(level);
  const log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
  context = { ...stepContext(rig), log };
  id = sendId("eu");
  const { queue, redis, prefix } = rig;
  picker = new Worker(queue.name, null, { connection: redis, prefix, autorun: false, lockDuration: 60_000 });
});

afterEach(async () => {
  await picker.close();
  await rig.close();
});

/** A send that the provider has accepted for later. */
async function acceptForLater(): Promise<void> {
  const worker = await rig.startWorker({ settings: { leadMs: 2 * HOUR_MS } });
  await rig.add({ ...textTo("46701234567"), send_at: new Date(Date.now() + HOUR_MS).toISOString() }, { jobId: id });
  await rig.resultOf(id);
  await worker.close();
}

async function addAndPickUp(name: string, data: object, jobId: string): Promise<Job> {
  await rig.queue.add(name, data, { jobId });
  return pickUp();
}

async function pickUp(): Promise<Job> {
  const job: Job | undefined = await picker.getNextJob(TOKEN, { block: false });
  if (!job) throw new Error("there is no job to pick up");
  return job;
}

/** How a cancellation was left: the looks in its note, and the time until the next one in milliseconds. */
type Left = { readonly looks: number | undefined; readonly pauseMs: number };

/** Lets the cancellation be worked on once. */
async function cancelOnce(at: RegionContext = context): Promise<Canceled | Left> {
  const waiting: Job | undefined = await rig.queue.getJob("cancel");
  if (waiting) await waiting.promote();
  else await rig.queue.add("cancel", { send: id }, { jobId: "cancel" });
  const now = at.now();
  try {
    return await cancelSend({ ...at, now: () => now }, holdJob(await pickUp(), TOKEN));
  } catch (error) {
    if (!(error instanceof DelayedError)) throw error;
    const left: Job | undefined = await rig.queue.getJob("cancel");
    // BullMQ keeps the time in the upper bits of the score.
    const score = Number(await rig.redis.zscore(rig.queue.toKey("delayed"), "cancel"));
    return { looks: readNote(left?.progress)?.looks, pauseMs: Math.floor(score / 4_096) - now.getTime() };
  }
}

describe("a batch", () => {
  it("is canceled although the answer to the first DELETE was lost and the second one is refused", async () => {
    await acceptForLater();
    rig.emulator.faults.add({ match: { method: "DELETE" }, action: { kind: "drop", accept: true } });
    expect(await cancelOnce()).toMatchObject({ looks: 1 });
    expect(rig.emulator.batches()).toMatchObject([{ canceled: true }]);
    const body = { code: "conflict_send_at", text: "no" };
    rig.emulator.faults.add({ match: { method: "DELETE" }, action: { kind: "status", status: 403, body } });
    expect(await cancelOnce()).toEqual({ stopped: 1, too_late: 0, unknown: 0 });
    expect((await rig.queue.getJob(id))?.returnvalue).toMatchObject({
      state: "canceled",
      batches: [{ canceled: true }],
    });
  });

  it("is canceled although the answer was lost and its time has come since", async () => {
    await acceptForLater();
    rig.emulator.faults.add({ match: { method: "DELETE" }, action: { kind: "drop", accept: true } });
    await cancelOnce();
    const later = { ...context, now: () => new Date(Date.now() + 2 * HOUR_MS) };
    expect(await cancelOnce(later)).toEqual({ stopped: 1, too_late: 0, unknown: 0 });
  });

  it("that is being sent is too late", async () => {
    await acceptForLater();
    const body = { code: "conflict_send_at", text: "no" };
    rig.emulator.faults.add({ match: { method: "DELETE" }, action: { kind: "status", status: 403, body } });
    expect(await cancelOnce()).toEqual({ stopped: 0, too_late: 1, unknown: 0 });
  });
});

it("reads no recipients of a send that has not ended, and lets it end before everything else", async () => {
  await rig.add(textTo("46701234567"), { jobId: id, delay: HOUR_MS });
  await rig.redis.hset(rig.queue.toKey(id), "data", "a list that nobody may read");
  expect(await cancelOnce()).toMatchObject({ looks: 1 });
  expect(await rig.queue.getJobState(id)).toBe("waiting");
});

describe("the pause before another look", () => {
  it("doubles up to a minute while the provider does not take the batches back, and it warns once", async () => {
    await acceptForLater();
    rig.emulator.faults.add({ match: { method: "DELETE" }, times: null, action: { kind: "status", status: 503 } });
    const left: unknown[] = [];
    for (let look = 0; look < 10; look += 1) left.push(await cancelOnce());
    const pauses = [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000];
    expect(left).toEqual(pauses.map((pauseMs, index) => ({ looks: index + 1, pauseMs })));
    expect(said).toEqual(["warn", ...Array.from({ length: 9 }, () => "debug")]);
  });

  it("is as long as the provider asks for", async () => {
    await acceptForLater();
    const action = { kind: "status", status: 429, headers: { "retry-after": "90" } } as const;
    rig.emulator.faults.add({ match: { method: "DELETE" }, action });
    expect(await cancelOnce()).toEqual({ looks: 1, pauseMs: 90_000 });
  });

  it("doubles up to five seconds while requests are in flight", async () => {
    await addAndPickUp("send", textTo("46701234567"), id);
    const left: unknown[] = [];
    for (let look = 0; look < 7; look += 1) left.push(await cancelOnce());
    const pauses = [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000];
    expect(left).toEqual(pauses.map((pauseMs, index) => ({ looks: index + 1, pauseMs })));
  });
});

describe("a job of somebody else", () => {
  it.each([[{}], [{ send: 17 }], [{ send: "" }]])("named cancel with %j is refused at once", async (data) => {
    const job = await addAndPickUp("cancel", data, "foreign");
    const refused = cancelSend(context, holdJob(job, TOKEN));
    await expect(refused).rejects.toThrow(UnrecoverableError);
    await expect(refused).rejects.toThrow("cancel: expected { send: <id> }, got something else");
  });

  it("named cancel that names itself is refused at once", async () => {
    const job = await addAndPickUp("cancel", { send: "foreign" }, "foreign");
    await expect(cancelSend(context, holdJob(job, TOKEN))).rejects.toThrow(UnrecoverableError);
  });

  it.each([[{}], [{ send: "eu-1", decision: "perhaps" }]])("named resolve with %j is refused at once", async (data) => {
    const job = await addAndPickUp("resolve", data, "foreign");
    const refused = resolveSend(context, job);
    await expect(refused).rejects.toThrow(UnrecoverableError);
    await expect(refused).rejects.toThrow("resolve: expected { send: <id>");
  });
});
