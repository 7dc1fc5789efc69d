import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { redisForgets } from "../../../../test/redis-forgets.ts";
import { noRecipients, partId, readJobData, readSend, sendId, stageKey } from "@volley/contract";
import type { Job } from "bullmq";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { stageRecipients } from "../../../../test/stage/stage-recipients.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { holdJob } from "../terms/held-job.ts";
import { beginPlan } from "../plan/plan-record.ts";
import { partOfSend, planOf } from "../plan/split-send.ts";

const PEOPLE = numbers(2_500);
const OTHERS = PEOPLE.map((number) => String(Number(number) + 1_000_000));
const SEND = textTo(...PEOPLE);
const LATER = new Date(Date.now() + 3_600_000);

/** What somebody may write over a send whose parts are under way. */
const CHANGES: readonly { title: string; data: object }[] = [
  { title: "more people", data: textTo(...OTHERS, ...numbers(1_000)) },
  { title: "one other person", data: textTo(OTHERS[0] ?? "") },
  { title: "other people, as many", data: textTo(...OTHERS) },
  { title: "another text", data: { ...SEND, body: "Bye" } },
  { title: "nothing that is a send", data: { sendAt: "tomorrow" } },
  { title: "somebody else's stage", data: { from: "Volley", body: "Hi", staged: { id: "s9", recipients: 7_000 } } },
];

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

function texted(people: readonly string[]): number[] {
  return [...new Set(people.map((number) => rig.emulator.timesTexted(number)))];
}

/** As a planner leaves it that dies after it has added these parts. */
async function planOnly(data: object, parts: readonly number[], jobId: string): Promise<{ free: () => Promise<void> }> {
  await rig.add(data, { jobId });
  const { job, free } = await rig.pickUp();
  const read = readSend(data, new Date());
  if (!read.ok) throw new Error("the send is wrong");
  await beginPlan(stepContext(rig), holdJob(job, "somebody else"), planOf(read.send, LATER));
  for (const part of parts) {
    await rig.queue.add("send", partOfSend(read.send, LATER, part), {
      jobId: partId(jobId, part),
      parent: { id: jobId, queue: job.queueQualifiedName },
      ignoreDependencyOnFailure: true,
      timestamp: job.timestamp,
    });
  }
  return { free };
}

async function write(data: object, id: string): Promise<void> {
  await (await rig.queue.getJob(id))?.updateData(data);
}

describe("a planned send over which somebody writes", () => {
  const id = "campaign-1";

  it.each(CHANGES)("comes to what was planned while its parts are under way: $title", async ({ data }) => {
    const hold = { kind: "status" as const, status: 429 };
    const fault = rig.emulator.faults.add({ match: { recipient: "46700001500" }, times: null, action: hold });
    await rig.add(SEND, { jobId: id });
    await rig.startWorker();
    await eventually(async () => readJobData((await rig.queue.getJob(id))?.data).kind === "planned", "its plan");
    await write(data, id);
    rig.emulator.faults.remove(fault);
    const result = await rig.resultOf(id);
    expect(result).toMatchObject({ state: "accepted", recipients: { ...noRecipients(2_500), accepted: 2_500 } });
    expect(result.batches.map(({ recipients }) => recipients)).toEqual([1_000, 1_000, 500]);
    expect([texted(PEOPLE), texted(OTHERS)]).toEqual([[1], [0]]);
    expect(rig.emulator.textsTo(PEOPLE[0] ?? "")).toEqual(["Hi"]);
  });

  it.each(CHANGES)("counts those as rejected who had no part yet when its planner died: $title", async ({ data }) => {
    const { free } = await planOnly(SEND, [0, 2], id);
    await write(data, id);
    await free();
    await rig.startWorker();
    expect(await rig.resultOf(id)).toMatchObject({
      state: "partial",
      recipients: { ...noRecipients(2_500), accepted: 1_500, rejected: 1_000 },
      batches: [{ part: 0 }, { part: 2 }],
      errors: [{ part: 1, code: "content_changed", recipients: 1_000, state: "rejected" }],
    });
    expect([texted(PEOPLE.slice(1_000, 2_000)), texted(OTHERS)]).toEqual([[0], [0]]);
  });

  it("counts them as unknown where Redis may have forgotten that they were sent", async () => {
    const { free } = await planOnly(SEND, [0, 2], id);
    await write(textTo(...OTHERS), id);
    await free();
    await redisForgets(rig.redis, rig.prefix);
    await rig.startWorker();
    expect(await rig.resultOf(id)).toMatchObject({
      recipients: { ...noRecipients(2_500), accepted: 1_500, unknown: 1_000 },
      errors: [{ part: 1, code: "content_changed", state: "unknown" }],
    });
  });

  it("sends what was written where nothing of the plan was on the queue", async () => {
    const { free } = await planOnly(SEND, [], id);
    await write(textTo(...OTHERS.slice(0, 1_500)), id);
    await free();
    await rig.startWorker();
    expect((await rig.resultOf(id)).recipients).toEqual({ ...noRecipients(1_500), accepted: 1_500 });
    expect([texted(PEOPLE), texted(OTHERS.slice(0, 1_500))]).toEqual([[0], [1]]);
  });

  it("sends nothing that a planner which was frozen adds later", async () => {
    const { free } = await planOnly(SEND, [0, 2], id);
    await write(textTo(...OTHERS), id);
    await free();
    await rig.startWorker();
    await rig.resultOf(id);
    const read = readSend(SEND, new Date());
    if (!read.ok) throw new Error("the send is wrong");
    await rig.add(partOfSend(read.send, LATER, 1), {
      jobId: partId(id, 1),
      parent: { id, queue: rig.queue.qualifiedName },
      ignoreDependencyOnFailure: true,
    });
    expect((await rig.resultOf(partId(id, 1))).errors).toMatchObject([{ code: "content_changed" }]);
    expect(texted(PEOPLE.slice(1_000, 2_000))).toEqual([0]);
  });

  it("goes on where it was left when the same is written in other words", async () => {
    const { free } = await planOnly(SEND, [0, 2], id);
    await write({ ...SEND, type: "mt_text", to: PEOPLE.map((number) => `+${number}`) }, id);
    await free();
    await rig.startWorker();
    expect((await rig.resultOf(id)).recipients).toEqual({ ...noRecipients(2_500), accepted: 2_500 });
    expect(texted(PEOPLE)).toEqual([1]);
  });

  it.each(CHANGES)("fails when it had ended and is retried with something else: $title", async ({ data }) => {
    const worker = await rig.startWorker();
    await rig.add(SEND, { jobId: id });
    await rig.resultOf(id);
    await write(data, id);
    await worker.close();
    await (await rig.queue.getJob(id))?.retry("completed");
    await rig.startWorker();
    expect(await rig.failureOf(id)).toContain("its data was changed after it had been split into parts");
    expect([texted(PEOPLE), texted(OTHERS)]).toEqual([[1], [0]]);
  });

  it("fails, too, when it is retried as if it had never begun", async () => {
    const worker = await rig.startWorker();
    await rig.add(SEND, { jobId: id });
    await rig.resultOf(id);
    await write(textTo(...OTHERS), id);
    await worker.close();
    await (await rig.queue.getJob(id))?.retry("completed", { resetAttemptsMade: true, resetAttemptsStarted: true });
    await rig.startWorker();
    expect(await rig.failureOf(id)).toContain("its data was changed");
    expect(texted(OTHERS)).toEqual([0]);
  });

  it("has its result again when it had ended and is retried with the same", async () => {
    const worker = await rig.startWorker();
    await rig.add(SEND, { jobId: id });
    const result = await rig.resultOf(id);
    await write(SEND, id);
    await worker.close();
    await (await rig.queue.getJob(id))?.retry("completed");
    await rig.startWorker();
    expect(await rig.resultOf(id)).toEqual(result);
    expect(texted(PEOPLE)).toEqual([1]);
  });
});

it("keeps to the plan of a staged send, and drops its stage", async () => {
  const id = sendId("eu");
  const { redis, prefix } = rig;
  const staged = await stageRecipients(redis, { prefix, id: "s1", recipients: PEOPLE });
  const fault = rig.emulator.faults.add({
    match: { recipient: "46700001500" },
    times: null,
    action: { kind: "status", status: 429 },
  });
  await rig.add({ from: "12015550123", body: "Hi", staged }, { jobId: id });
  await rig.startWorker();
  await eventually(async () => readJobData((await rig.queue.getJob(id))?.data).kind === "planned", "its plan");
  await write(textTo(...OTHERS), id);
  rig.emulator.faults.remove(fault);
  expect((await rig.resultOf(id)).recipients).toEqual({ ...noRecipients(2_500), accepted: 2_500 });
  expect(await redis.exists(stageKey(prefix, "s1"))).toBe(0);
});

it("counts a part that somebody has given other people as unknown, with as many as were planned", async () => {
  const id = sendId("eu");
  const { free } = await planOnly(SEND, [0, 1, 2], id);
  const part: Job | undefined = await rig.queue.getJob(partId(id, 1));
  await part?.updateData(textTo(...OTHERS.slice(0, 5)));
  await free();
  await rig.startWorker();
  expect(await rig.resultOf(id)).toMatchObject({
    recipients: { ...noRecipients(2_500), accepted: 1_500, unknown: 1_000 },
    errors: [{ part: 1, code: "part_failed", recipients: 1_000 }],
  });
});
