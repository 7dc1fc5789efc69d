import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { partId, type PlannedSend, sendId } from "@volley/contract";
import { type RegionRig, startRegionRig, textTo } from "../../../test/region-rig.ts";
import { stepContext } from "../../../test/step-context.ts";
import { storePlan } from "./store-plan.ts";

const PLAN: PlannedSend = {
  message: { from: "12015550123", body: "Hi" },
  planned: { parts: 2, requested: 2_000, duplicate: 0, rejected: 0, refused: [], skipped: [] },
};

let rig: RegionRig;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  id = sendId("eu");
});

afterEach(async () => rig.close());

async function addPart(part: number): Promise<void> {
  const parent = { id, queue: rig.queue.qualifiedName };
  await rig.add(textTo("46700000000"), { jobId: partId(id, part), parent });
}

it("keeps the recipients while a part is missing, and drops them once all are there", async () => {
  const send = textTo("46700000001");
  const job = await rig.add(send, { jobId: id });
  await addPart(0);
  expect(await storePlan(stepContext(rig), job, PLAN)).toBe(false);
  expect((await rig.queue.getJob(id))?.data).toEqual(send);
  await addPart(1);
  expect(await storePlan(stepContext(rig), job, PLAN)).toBe(true);
  expect((await rig.queue.getJob(id))?.data).toEqual(PLAN);
});

it("does not bring back a job that Redis forgot", async () => {
  const job = await rig.add(textTo("46700000001"), { jobId: id });
  await addPart(0);
  await addPart(1);
  await rig.redis.del(rig.queue.toKey(id));
  expect(await storePlan(stepContext(rig), job, PLAN)).toBe(false);
  expect(await rig.redis.exists(rig.queue.toKey(id))).toBe(0);
});
