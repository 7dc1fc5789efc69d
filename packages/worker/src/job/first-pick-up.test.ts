import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type Job, UnrecoverableError, Worker } from "bullmq";
import { numbers, type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { processSafely } from "../process/process-safely.ts";

const [ANN = ""] = numbers(1);

const RESET = { resetAttemptsMade: true, resetAttemptsStarted: true };

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

/** A send whose batch the provider has, and which was set aside because its workers died before they wrote that down. */
async function addSetAside(): Promise<Job> {
  const job = await rig.add(textTo(ANN));
  const options = { connection: rig.redis, prefix: rig.prefix, autorun: false };
  const worker = new Worker(rig.queue.name, null, options);
  const pickedUp: Job | undefined = await worker.getNextJob("dead", { block: false });
  if (!pickedUp) throw new Error("there is no job to pick up");
  await processSafely(stepContext(rig), pickedUp, "dead");
  await job.updateData(textTo(ANN));
  await pickedUp.moveToFailed(new UnrecoverableError("job stalled more than allowable limit"), "dead");
  await worker.close();
  await rig.redis.hset(rig.queue.toKey(String(job.id)), "stc", 26);
  return job;
}

it.each([
  { title: "its pick-ups", reset: RESET, fields: ["stacktrace"] },
  { title: "its pick-ups and lost workers", reset: RESET, fields: ["stc"] },
  {
    title: "its pick-ups and all but its failures",
    reset: { ...RESET, resetAttemptsMade: false },
    fields: ["stc", "stacktrace"],
  },
])("asks first for a job that is retried after $title were counted anew", async ({ reset, fields }) => {
  const job = await addSetAside();
  await job.retry("failed", reset);
  await rig.redis.hdel(rig.queue.toKey(String(job.id)), ...fields);
  await rig.startWorker();
  expect(await rig.resultOf(job.id)).toMatchObject({ state: "accepted", batches: [{ adopted: true }] });
  expect(rig.emulator.timesTexted(ANN)).toBe(1);
});
