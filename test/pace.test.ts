import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { paceWindowKey } from "@volley/contract";
import { eventually } from "./stage/eventually.ts";
import { type Arrival, paceOf } from "./stage/pace-of.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const RATE = 2_000;
const SECONDS = 6;

/** Sizes from 1 to 1,000, small ones as often as large ones. */
const SIZES = [1, 1_000, 7, 250, 1, 613, 40, 1, 999, 120, 3, 777, 1, 58, 431, 2, 860, 15];

/** The time by which requests are counted right before they leave, in milliseconds of Redis' clock. */
const BUCKET_MS = 50;

/**
 * What left, and when, is told by Redis' clock, the only one that four processes have together: how late a request comes to
 * a provider on a busy machine says nothing about the pace. That the rate is used in full is shown by
 * `packages/worker/src/pace/pace-script.test.ts`; `node test/bench/pace-run.ts` measures all of it for as long as one likes.
 */
describe("the pace of a region over four worker processes", () => {
  let stage: Stage;
  let departures: Arrival[];

  beforeAll(async () => {
    stage = await setUpStage({ emulator: { latencyMs: 20 } });
    const limits = { VOLLEY_US_RECIPIENTS_PER_SECOND: String(RATE), VOLLEY_US_BURST_MS: "50" };
    await Promise.all(Array.from({ length: 4 }, async () => stage.startWorker(limits)));
    await stage.queue("us").pause();
    for (const { size, before } of sizes(RATE * SECONDS)) {
      await stage.queue("us").add("send", { from: "Volley", to: people(size, before), body: "Hello" });
    }
    await stage.queue("us").resume();
    departures = await watchDepartures(stage);
  });

  afterAll(async () => stage.close());

  it("is not passed in any 5 s, and nothing leaves that is not counted", () => {
    expect(departures.reduce((sum, { recipients }) => sum + recipients, 0)).toBe(RATE * SECONDS);
    expect(paceOf(departures, RATE, 2 * SECONDS).worst).toBeLessThanOrEqual(1.02);
  });

  it("reaches each recipient once", () => {
    expect(stage.emulator.stats()).toMatchObject({ recipients: RATE * SECONDS, texted_more_than_once: 0 });
  });
});

/** Reads what is counted until everything has arrived. Redis keeps the counts of the last 5 s, and a little longer. */
async function watchDepartures({ redis, prefix, emulator }: Stage): Promise<Arrival[]> {
  const counted = new Map<number, number>();
  await eventually(async () => {
    const hasArrived = emulator.stats().recipients >= RATE * SECONDS;
    for (const [field, count] of Object.entries(await redis.hgetall(paceWindowKey(prefix, "us")))) {
      if (/^\d+$/.test(field)) counted.set(Number(field), Number(count));
    }
    return hasArrived;
  }, "the last recipient");
  return [...counted]
    .toSorted(([one], [other]) => one - other)
    .map(([bucket, recipients]) => ({ at: bucket * BUCKET_MS, recipients }));
}

function sizes(recipients: number): { size: number; before: number }[] {
  const found: { size: number; before: number }[] = [];
  for (let before = 0, at = 0; before < recipients; at += 1) {
    const size = Math.min(recipients - before, SIZES[at % SIZES.length] ?? 1);
    found.push({ size, before });
    before += size;
  }
  return found;
}
