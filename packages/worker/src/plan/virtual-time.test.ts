import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { virtualTime } from "./virtual-time.ts";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

it("is 1 where no part waits", async () => {
  await rig.add(textTo("46701234567"));
  expect(await virtualTime(rig)).toBe(1);
});

it("is the priority of the first part that waits", async () => {
  await rig.add(textTo("46701234567"), { priority: 40 });
  await rig.add(textTo("46701234568"), { priority: 37 });
  expect(await virtualTime(rig)).toBe(37);
});

it("passes over jobs that somebody has put before everything", async () => {
  await rig.add(textTo("46701234567"), { priority: 1 });
  expect(await virtualTime(rig)).toBe(1);
  await rig.add(textTo("46701234568"), { priority: 2_097_151 });
  expect(await virtualTime(rig)).toBe(2_097_151);
});
