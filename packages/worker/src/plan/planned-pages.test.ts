import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { partId, type PlannedSend, sendId } from "@volley/contract";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { stepContext } from "../../../../test/step-context.ts";
import { countPage, PAGES, missingParts, readPages } from "./planned-pages.ts";
import { type HeldJob, holdJob } from "../terms/held-job.ts";
import { storePlan } from "./planned-pages.ts";

const PLAN: PlannedSend = {
  message: { from: "12015550123", body: "Hi" },
  planned: { parts: 2, requested: 2_000, duplicate: 0, rejected: 0, rejections: [], skipped: [] },
};

/** The one page of its parts. */
const WHOLE = { first: 0, last: 1 };

const TOKEN = "the token of this worker's lock";

let rig: RegionRig;
let id: string;

beforeEach(async () => {
  rig = await startRegionRig();
  id = sendId("eu");
});

afterEach(async () => rig.close());

/** A job as a worker holds it. */
async function held(): Promise<HeldJob> {
  const job = await rig.add(textTo("46700000001"), { jobId: id });
  await rig.redis.set(`${rig.queue.toKey(id)}:lock`, TOKEN);
  return holdJob(job, TOKEN);
}

async function addPart(part: number): Promise<void> {
  const parent = { id, queue: rig.queue.qualifiedName };
  await rig.add(textTo("46700000000"), { jobId: partId(id, part), parent });
}

it("keeps the recipients while not all pages are counted, and drops them once they are", async () => {
  const own = await held();
  await addPart(0);
  expect(await countPage(stepContext(rig), own, 0, WHOLE)).toBe(false);
  expect(await storePlan(stepContext(rig), own, PLAN)).toBe(false);
  expect((await rig.queue.getJob(id))?.data).toEqual(textTo("46700000001"));
  await addPart(1);
  expect(await countPage(stepContext(rig), own, 0, WHOLE)).toBe(true);
  expect(await storePlan(stepContext(rig), own, PLAN)).toBe(true);
  expect((await rig.queue.getJob(id))?.data).toEqual(PLAN);
  expect(await rig.redis.hexists(rig.queue.toKey(id), PAGES)).toBe(0);
});

it("does not count a page where Redis has set the count back", async () => {
  const own = await held();
  await addPart(0);
  await addPart(1);
  expect(await countPage(stepContext(rig), own, 1, WHOLE)).toBe(false);
  expect(await readPages(stepContext(rig), own)).toBe(0);
  expect(await countPage(stepContext(rig), own, 0, WHOLE)).toBe(true);
  expect(await countPage(stepContext(rig), own, 0, WHOLE)).toBe(false);
  expect(await readPages(stepContext(rig), own)).toBe(1);
});

it("does not bring back a job that Redis forgot", async () => {
  const own = await held();
  await addPart(0);
  await addPart(1);
  await rig.redis.del(rig.queue.toKey(id));
  await expect(storePlan(stepContext(rig), own, PLAN)).rejects.toThrow("the job's lock is lost");
  await expect(countPage(stepContext(rig), own, 0, WHOLE)).rejects.toThrow("the job's lock is lost");
  expect(await rig.redis.exists(rig.queue.toKey(id))).toBe(0);
});

it("puts no plan in the place of what another worker has written", async () => {
  const { job } = await held();
  await addPart(0);
  await addPart(1);
  const other = holdJob(job, "another");
  await expect(storePlan(stepContext(rig), other, PLAN)).rejects.toThrow("the job's lock is lost");
  await expect(countPage(stepContext(rig), other, 0, WHOLE)).rejects.toThrow("the job's lock is lost");
  expect((await rig.queue.getJob(id))?.data).toEqual(textTo("46700000001"));
});

it("takes no child of another client for a part", async () => {
  const own = await held();
  await addPart(0);
  await rig.add(textTo("46700000002"), { jobId: "foreign", parent: { id, queue: rig.queue.qualifiedName } });
  expect(await missingParts(stepContext(rig), id, WHOLE)).toEqual([1]);
  expect(await countPage(stepContext(rig), own, 0, WHOLE)).toBe(false);
});
