import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { createSinchClient } from "@volley/sinch";
import { eventually } from "../../../../test/stage/eventually.ts";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { type Observer, SILENT_OBSERVER } from "./observer.ts";

const ANN = "46701234567";
const POST = { method: "POST" };

async function transport(): Promise<never> {
  throw new RangeError("a mistake");
}

let rig: RegionRig;
let told: string[];
let observer: Observer;

beforeEach(async () => {
  rig = await startRegionRig();
  told = [];
  observer = {
    ...SILENT_OBSERVER,
    doubted: () => void told.push("doubted"),
    crashed: () => void told.push("crashed"),
    lostWorker: () => void told.push("lost its worker"),
  };
});

afterEach(async () => rig.close());

it("hears once of a part in doubt, however often it is asked about", async () => {
  rig.emulator.faults.add({ match: POST, action: { kind: "drop", accept: true } });
  rig.emulator.faults.add({ match: { method: "GET" }, times: 3, action: { kind: "status", status: 503 } });
  const job = await rig.add(textTo(ANN));
  await rig.startWorker({ observer });
  expect(await rig.resultOf(job.id)).toMatchObject({ batches: [{ adopted: true }] });
  expect(told).toEqual(["doubted"]);
});

it("hears of no doubt where none is", async () => {
  rig.emulator.faults.add({ match: POST, action: { kind: "status", status: 429 } });
  const job = await rig.add(textTo(ANN));
  await rig.startWorker({ observer });
  await rig.resultOf(job.id);
  expect(told).toEqual([]);
});

it("hears of a job that has lost its worker, which is in doubt then", async () => {
  const job = await rig.add(textTo(ANN));
  await (await rig.pickUp()).leave();
  await rig.startWorker({ observer });
  await rig.resultOf(job.id);
  expect(told.toSorted()).toEqual(["doubted", "lost its worker"]);
});

it("hears of an error that nobody has foreseen", async () => {
  await rig.add(textTo(ANN));
  const client = createSinchClient({ baseUrl: "http://127.0.0.1:1", servicePlanId: "p", apiToken: "t", transport });
  await rig.startWorker({ observer, client });
  await eventually(() => told.length > 0, "something that is told");
  expect(told).toEqual(["crashed"]);
});
