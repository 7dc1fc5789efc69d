import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { FIRST_EVENTS, type KeptEvent, readEvents } from "@volley/receipts";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { validEvents } from "../../../../test/valid-events.ts";

let rig: RegionRig;

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => rig.close());

async function told(): Promise<readonly KeptEvent[]> {
  const { events } = await readEvents(rig.redis, rig.prefix, { cursor: FIRST_EVENTS, limit: 100 });
  return validEvents(events.filter(({ type }) => type.startsWith("region.")));
}

it("tells once of each suspension and of its end, however many workers notice", async () => {
  rig.emulator.faults.add({ action: { kind: "status", status: 401 } });
  await Promise.all([rig.startWorker(), rig.startWorker()]);
  const { id } = await rig.add(textTo("46701234567"));
  await eventually(async () => (await told()).length > 0, "an event");
  rig.emulator.faults.clear();
  await rig.resultOf(id);
  await eventually(async () => (await told()).length > 1, "another event");
  const [suspended, recovered, ...others] = await told();
  expect(suspended).toMatchObject({ type: "region.suspended", region: "eu" });
  expect(recovered).toMatchObject({ type: "region.recovered", data: { suspended_at: suspended?.at } });
  expect(others).toEqual([]);
});
