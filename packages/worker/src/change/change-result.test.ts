import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, type SendResult, sendId } from "@volley/contract";
import type { Job } from "bullmq";
import { type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import type { RegionContext } from "../region/region-context.ts";
import { changeResult, rewriteResult } from "./change-result.ts";

const RESULT: SendResult = {
  state: "accepted",
  region: "eu",
  recipients: { ...noRecipients(9), accepted: 9 },
  batches: [],
  rejected: [],
  errors: [],
};

let rig: RegionRig;
let context: RegionContext;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  context = stepContext(rig);
  id = sendId("eu");
  await rig.add({ message: { from: "12015550123" }, settled: RESULT }, { jobId: id });
  await rig.redis.hset(rig.queue.toKey(id), "returnvalue", JSON.stringify(RESULT));
});

afterEach(async () => rig.close());

/** One of those who were accepted is counted elsewhere. */
function move(result: SendResult, to: "canceled" | "rejected"): SendResult {
  const { recipients } = result;
  const counts = { ...recipients, accepted: recipients.accepted - 1, [to]: recipients[to] + 1 };
  return { ...result, recipients: counts };
}

async function read(): Promise<Job> {
  const job: Job | undefined = await rig.queue.getJob(id);
  if (!job) throw new Error("the job is gone");
  return job;
}

it("writes nothing over what somebody else has written since it was read", async () => {
  const stale = await read();
  expect(await rewriteResult(context, await read(), move(RESULT, "rejected"))).toBe(true);
  expect(await rewriteResult(context, stale, move(RESULT, "canceled"))).toBe(false);
  const { returnvalue, data } = await read();
  expect([returnvalue, data.settled]).toEqual([move(RESULT, "rejected"), move(RESULT, "rejected")]);
});

it("does not bring back a job that is no longer kept", async () => {
  const stale = await read();
  await rig.redis.del(rig.queue.toKey(id));
  expect(await rewriteResult(context, stale, move(RESULT, "canceled"))).toBe(false);
  expect(await rig.redis.exists(rig.queue.toKey(id))).toBe(0);
  await expect(changeResult(context, id, (result) => move(result, "canceled"))).rejects.toThrow("has no result");
});

it("keeps the changes of two at once", async () => {
  await Promise.all([
    changeResult(context, id, (result) => move(result, "canceled")),
    changeResult(context, id, (result) => move(result, "rejected")),
  ]);
  expect((await read()).returnvalue.recipients).toMatchObject({ accepted: 7, canceled: 1, rejected: 1 });
});

it("writes no result that nobody could read afterwards", async () => {
  const broken = { ...RESULT, recipients: { ...RESULT.recipients, accepted: -1 } };
  await expect(changeResult(context, id, () => broken)).rejects.toThrow("recipients.accepted");
  expect((await read()).returnvalue).toEqual(RESULT);
});
