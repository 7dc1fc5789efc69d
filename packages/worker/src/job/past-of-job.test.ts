import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { memoryOf, stepContext } from "../../../../test/step-context.ts";
import { holdJob } from "../terms/held-job.ts";
import { pastOfJob, pastOfNextLot } from "./past-of-job.ts";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

it("a lot that comes after another one of its job is clean, though the job was left without a note", async () => {
  const context = stepContext(rig);
  const { id } = await rig.add(textTo("46701234567"));
  await (await rig.pickUp()).free();
  const { job, free } = await rig.pickUp();
  const held = holdJob(job, "somebody");
  expect(job).toMatchObject({ id, attemptsStarted: 2 });
  expect(await pastOfJob(context, held)).toMatchObject({ kind: "doubtful" });
  expect(await pastOfNextLot(context, held)).toEqual({ kind: "clean", tries: 0 });
  await free();
});

it("what Redis has lost is in doubt, also a lot that comes after another one", async () => {
  const lost = { at: new Date("2026-11-30T08:00:00.000Z"), epoch: 1 };
  await rig.add(textTo("46701234567"));
  const { job, free } = await rig.pickUp();
  const held = holdJob(job, "somebody");
  const lostOf = (key: string): typeof lost | null => (key === held.key ? lost : null);
  const answers = { ...memoryOf(null).last(), lostOf };
  const context = { ...stepContext(rig), memory: { ...memoryOf(null), recall: async () => answers } };
  const doubt = { kind: "doubtful", tries: 0, looks: 0, since: lost.at };
  expect(await pastOfJob(context, held)).toEqual(doubt);
  expect(await pastOfNextLot(context, held)).toEqual(doubt);
  await free();
});
