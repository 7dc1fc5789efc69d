import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { type RegionRig, startRegionRig, textTo } from "../../../../test/region-rig.ts";
import { eventually } from "../../../../test/stage/eventually.ts";
import { type ResultsKept, watchResultsKept } from "./results-kept.ts";

const AGE = 60;
const MOST = 100_000_000;
const log = { debug: say, info: say, warn: say, error: say };

let rig: RegionRig;
const watches: ResultsKept[] = [];

beforeEach(async () => {
  rig = await startRegionRig();
});

afterEach(async () => {
  for (const { close } of watches.splice(0)) close();
  await rig.close();
});

function say(): void {}

async function watch(bytes: number, count = MOST): Promise<ResultsKept> {
  const { redis, queue, region } = rig;
  const kept = await watchResultsKept({
    redis,
    queue,
    region,
    keepResults: { age: AGE, bytes, count },
    log,
    intervalMs: 10,
  });
  watches.push(kept);
  return kept;
}

it("guesses what a result takes before there is one", async () => {
  expect((await watch(100_000_000)).current()).toEqual({ age: AGE, count: 50_000 });
});

it("keeps as many as the bytes are good for", async () => {
  const kept = await watch(10_000_000);
  await rig.startWorker();
  const { id } = await rig.add(textTo("46701234567"));
  await rig.resultOf(id);
  const bytes = Number(await rig.redis.memory("USAGE", rig.queue.toKey(String(id)), "SAMPLES", 0));
  // The documents say 1.9 kB with its log.
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThan(2_000);
  await eventually(() => kept.current().count !== 5_000, "its weight");
  // Its log is weighed, too.
  expect(kept.current().count).toBeLessThan(10_000_000 / bytes);
  expect(kept.current().count).toBeGreaterThan(10_000_000 / (bytes + 1_000));
});

it("keeps a thousand however much they take, and never more than the number that is set", async () => {
  expect((await watch(10)).current().count).toBe(1_000);
  expect((await watch(1_000_000_000, 1_234)).current().count).toBe(1_234);
});
