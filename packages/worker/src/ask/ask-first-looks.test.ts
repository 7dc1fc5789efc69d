import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { sendId, type SendResult, sendResultSchema } from "@volley/contract";
import { DelayedError, type Job, Worker } from "bullmq";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { memoryOf, stepContext } from "../../../../test/step-context.ts";
import { processSafely } from "../process/process-safely.ts";
import type { RegionContext } from "../region/region-context.ts";

const ANN = "46701234567";
const BO = "46701234568";
const POST = { method: "POST" };
const GET = { method: "GET" };
const TOKEN = "somebody";
const HOLD_MS = 30_000;

let rig: RegionRig;
let context: RegionContext;
let picker: Worker;
let id: string;
let startMs: number;

beforeEach(async () => {
  rig = await startRegionRig();
  context = { ...stepContext(rig), unknownHoldMs: HOLD_MS };
  const { queue, redis, prefix } = rig;
  picker = new Worker(queue.name, null, { connection: redis, prefix, autorun: false, lockDuration: 60_000 });
  startMs = Date.now();
  id = sendId("eu");
});

afterEach(async () => {
  await picker.close();
  await rig.close();
});

/** When what was asked, in milliseconds since the job was first picked up, and what came of it. */
type Story = { readonly asked: Readonly<Record<number, string[]>>; readonly result: SendResult };

/** Works on the only job whenever it comes back, by a clock that jumps to then. */
async function story(changes: object = {}): Promise<Story> {
  await rig.add({ ...textTo(ANN, BO), ...changes }, { jobId: id });
  const asked: Record<number, string[]> = {};
  for (let atMs = startMs, seen = rig.emulator.requests().length; ;) {
    const end = await workOnce(new Date(atMs));
    const requests = rig.emulator.requests().slice(seen);
    seen += requests.length;
    asked[atMs - startMs] = requests.map(({ method, path }) => `${method} ${path.split("/").at(-1)}`);
    if (typeof end !== "number") return { asked, result: end };
    atMs = end;
  }
}

/** @returns when the job comes back, or its result */
async function workOnce(now: Date): Promise<number | SendResult> {
  const job: Job | undefined = await picker.getNextJob(TOKEN, { block: false });
  if (!job) throw new Error("there is no job to pick up");
  try {
    return sendResultSchema.parse(await processSafely({ ...context, now: () => now }, job, TOKEN));
  } catch (error) {
    if (!(error instanceof DelayedError)) throw error;
    // BullMQ keeps the time in the upper bits of the score.
    const score = Number(await rig.redis.zscore(rig.queue.toKey("delayed"), String(job.id)));
    await (await rig.queue.getJob(String(job.id)))?.promote();
    return Math.floor(score / 4_096);
  }
}

/** What the provider has with the reference of the send before it is picked up. @returns its ID */
async function acceptBefore(body: string): Promise<string> {
  const outcome = await rig.client().sendBatch({ ...textTo(ANN, BO), body, client_reference: `~${id}` });
  if (outcome.kind !== "accepted") throw new Error("the batch was not accepted");
  rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: false } });
  return outcome.batchId;
}

/** The list is asked once, and shows nothing of ours. */
const ONE_LOOK = ["GET batches"];

describe("a part whose outcome is unknown", () => {
  it("is asked about three times in the hold, each time with one question, before it is sent again", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: false } });
    const { asked, result } = await story();
    expect(asked).toEqual({
      0: ["POST batches"],
      2_000: ONE_LOOK,
      10_000: ONE_LOOK,
      30_000: ["GET batches", "POST batches"],
    });
    expect(result).toMatchObject({ state: "accepted", batches: [{ adopted: false }] });
  });

  it("is asked about twice where it has been in doubt for longer than the hold", async () => {
    await rig.add(textTo(ANN, BO), { jobId: id });
    const unknown_since = new Date(startMs - 2 * HOLD_MS).toISOString();
    const last = { outcome: "unknown", code: "timeout", at: unknown_since };
    await (await rig.queue.getJob(id))?.updateProgress({ pickup: 0, tries: 1, looks: 0, unknown_since, last });
    const { asked } = await story();
    expect(asked).toEqual({ 0: ONE_LOOK, 2_000: ["GET batches", "POST batches"] });
  });

  it("is asked about once where nothing but a loss of Redis casts doubt, and the hold is over", async () => {
    context = { ...context, memory: memoryOf(new Date(startMs - 2 * HOLD_MS)) };
    expect((await story()).asked).toEqual({ 0: ["GET batches", "POST batches"] });
  });

  it("counts as absent only what is believed to be", async () => {
    const answers: string[] = [];
    context = { ...context, observer: { ...context.observer, asked: ({ answer }) => void answers.push(answer) } };
    rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: false } });
    await story();
    expect(answers).toEqual(["not_yet", "not_yet", "absent"]);
  });

  it("is asked about as often where the list has only another batch with its reference", async () => {
    await acceptBefore("Another text");
    const { asked, result } = await story();
    // Ours may be on the next page of the list.
    const look = ["GET batches", "GET batches"];
    expect(asked).toEqual({ 0: ["POST batches"], 2_000: look, 10_000: look, 30_000: look });
    expect(result).toMatchObject({ state: "unknown", errors: [{ code: "other_batch" }] });
  });

  it("is asked about as often where its batch was canceled and there is no report of it", async () => {
    await rig.client().cancelBatch(await acceptBefore("Hi"));
    rig.emulator.faults.add({
      match: { path: "/delivery_report" },
      times: null,
      action: { kind: "status", status: 404 },
    });
    const { asked, result } = await story();
    const look = ["GET batches", "GET batches", "GET delivery_report"];
    expect(asked).toEqual({ 0: ["POST batches"], 2_000: look, 10_000: look, 30_000: look });
    expect(result).toMatchObject({ state: "unknown", errors: [{ code: "canceled_at_provider" }] });
  });

  it("is asked about ever less often where the list does not tell, for the last time when the send expires", async () => {
    rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: true } });
    rig.emulator.faults.add({
      match: GET,
      times: null,
      action: { kind: "malformed", shape: "no_reference", accept: true },
    });
    const { asked, result } = await story({ expire_at: new Date(startMs + 4 * 3_600_000).toISOString() });
    const [first, ...looks] = Object.keys(asked).map((ms) => Number(ms) / 1_000);
    expect(first).toBe(0);
    // After the hold as long again as it has been unknown, at most ten minutes.
    expect(looks.slice(0, 9)).toEqual([2, 10, 30, 60, 120, 240, 480, 960, 1_560]);
    expect(looks.at(-1)).toBe(4 * 3_600);
    expect(result).toMatchObject({ state: "unknown", errors: [{ code: "no_reference" }] });
  });
});
