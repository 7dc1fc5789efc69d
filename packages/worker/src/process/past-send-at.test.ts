import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

it.each([
  ["half an hour ago", 30 * 60_000, ["VOLLEY_SEND_AT_PASSED"]],
  ["a moment ago", 1_000, []],
])("a plain job whose send_at was %s is sent, and its log says what is unusual", async (_, agoMs, codes) => {
  await rig.startWorker();
  const send_at = new Date(Date.now() - agoMs).toISOString();
  const { id } = await rig.add({ ...textTo("46701234567"), send_at }, { jobId: "plain" });
  expect(await rig.resultOf(id)).toMatchObject({ state: "accepted" });
  const { logs } = await rig.queue.getJobLogs(String(id));
  expect(logs.flatMap((line) => /VOLLEY_[A-Z_]+/.exec(line) ?? [])).toEqual(codes);
});
