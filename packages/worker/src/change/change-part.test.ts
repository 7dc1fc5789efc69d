import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { noRecipients, partId, sendId, type SendResult } from "@volley/contract";
import { UnrecoverableError } from "bullmq";
import { type RegionRig, startRegionRig } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { changePart, remergeSend } from "./change-part.ts";
import type { RegionContext } from "../region/region-context.ts";

/** What every one of two parts came to, and the send before anything is changed. */
const PART: SendResult = {
  state: "accepted",
  region: "eu",
  recipients: { ...noRecipients(1_000), accepted: 1_000 },
  batches: [],
  rejected: [],
  errors: [],
};
const SEND: SendResult = {
  ...PART,
  recipients: { ...noRecipients(2_007), accepted: 2_000, rejected: 4, duplicate: 3 },
};

let rig: RegionRig;
let context: RegionContext;
let id: string;
let processed: string;

beforeEach(async () => {
  rig = await startRegionRig();
  context = stepContext(rig);
  id = sendId("eu");
  const { queue, redis } = rig;
  processed = `${queue.toKey(id)}:processed`;
  await rig.add({ message: { from: "12015550123" }, settled: SEND, parts: 2 }, { jobId: id });
  await redis.hset(queue.toKey(id), "returnvalue", JSON.stringify(SEND));
  for (const part of [0, 1]) await redis.hset(processed, queue.toKey(partId(id, part)), JSON.stringify(PART));
  // Only the second part's job is still kept.
  await rig.add({ message: { from: "12015550123" }, settled: PART }, { jobId: partId(id, 1) });
  await redis.hset(queue.toKey(partId(id, 1)), "returnvalue", JSON.stringify(PART));
});

afterEach(async () => rig.close());

/** Some of those who were accepted are counted elsewhere. */
function move(result: SendResult, to: "canceled" | "unknown", count: number): SendResult {
  const { recipients } = result;
  const counts = { ...recipients, accepted: recipients.accepted - count, [to]: recipients[to] + count };
  return { ...result, recipients: counts };
}

async function resultOf(part: number): Promise<SendResult> {
  return JSON.parse((await rig.redis.hget(processed, rig.queue.toKey(partId(id, part)))) ?? "null");
}

it("changes a part among the send's children, and in its job where that is kept", async () => {
  for (const part of [0, 1]) await changePart(context, id, part, (result) => move(result, "canceled", 10));
  const changed = move(PART, "canceled", 10);
  expect([await resultOf(0), await resultOf(1)]).toEqual([changed, changed]);
  expect(await rig.queue.getJob(partId(id, 0))).toBeUndefined();
  const job = await rig.queue.getJob(partId(id, 1));
  expect([job?.returnvalue, job?.data.settled]).toEqual([changed, changed]);
});

it("keeps the changes of many at once, in the parts and in the send", async () => {
  const change = async (part: number, to: "canceled" | "unknown"): Promise<void> => {
    await changePart(context, id, part, (result) => move(result, to, 100));
    await remergeSend(context, id, 2);
  };
  await Promise.all([change(0, "canceled"), change(0, "unknown"), change(1, "canceled")]);
  const { returnvalue, data } = (await rig.queue.getJob(id)) ?? {};
  expect(returnvalue).toMatchObject({
    recipients: { ...noRecipients(2_007), accepted: 1_700, canceled: 200, unknown: 100, rejected: 4, duplicate: 3 },
  });
  expect(data.settled).toEqual(returnvalue);
});

it("makes good what was cut off between a part and the send", async () => {
  await changePart(context, id, 0, (result) => move(result, "canceled", 1_000));
  expect((await rig.queue.getJob(id))?.returnvalue.recipients).toEqual(SEND.recipients);
  await remergeSend(context, id, 2);
  await remergeSend(context, id, 2);
  expect((await rig.queue.getJob(id))?.returnvalue.recipients).toMatchObject({ accepted: 1_000, canceled: 1_000 });
});

it("makes up no counts where the results of parts are gone", async () => {
  await rig.redis.hdel(processed, rig.queue.toKey(partId(id, 1)));
  await expect(remergeSend(context, id, 2)).rejects.toThrow(UnrecoverableError);
  await expect(changePart(context, id, 1, (result) => move(result, "canceled", 1))).rejects.toThrow(UnrecoverableError);
  expect((await rig.queue.getJob(id))?.returnvalue).toEqual(SEND);
});
