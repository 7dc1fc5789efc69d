import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

describe("a region's limit over all processes", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setUpStage({ emulator: { latencyMs: 60 } });
  });

  afterAll(async () => stage.close());

  it("is never passed and is used in full by two workers", async () => {
    const limit = { VOLLEY_US_CONCURRENCY: "3" };
    await Promise.all([stage.startWorker(limit), stage.startWorker(limit)]);

    const jobs = await Promise.all([
      stage.queue("us").add("send", { from: "Volley", to: people(12_000), body: "Hello" }),
      ...people(20, 20_000).map(async (number) =>
        stage.queue("us").add("send", { from: "Volley", to: [number], body: "Hi" }),
      ),
    ]);
    const ended = await Promise.all(jobs.map(stage.ended));

    expect(ended.map(({ returnvalue }) => (returnvalue as { state: string }).state)).toEqual(
      jobs.map(() => "accepted"),
    );
    expect(stage.emulator.stats()).toMatchObject({ max_in_flight: 3, batches: 32, texted_more_than_once: 0 });
  });

  it("follows a change of the setting at the next start of a worker", async () => {
    const worker = await stage.startWorker({ VOLLEY_US_CONCURRENCY: "7" });

    expect(await stage.queue("us").getGlobalConcurrency()).toBe(7);
    await worker.stop();
  });
});
