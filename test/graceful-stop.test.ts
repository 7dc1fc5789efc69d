import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

describe("SIGTERM", () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await setUpStage({ emulator: { latencyMs: 1_500 } });
  });

  afterEach(async () => stage.close());

  it("lets 20 requests in flight end, stores their IDs, and exits with 0", async () => {
    const worker = await stage.startWorker({ VOLLEY_US_CONCURRENCY: "20" });
    const numbers = people(30);
    const jobs = await stage
      .queue("us")
      .addBulk(numbers.map((number) => ({ name: "send", data: { from: "Volley", to: [number], body: "Hello" } })));
    await eventually(() => stage.emulator.stats().in_flight === 20, "20 requests in flight");

    const exitCode = await worker.stop();

    expect(exitCode).toBe(0);
    const counts = await stage.queue("us").getJobCounts("completed", "active", "waiting");
    expect(counts).toEqual({ completed: 20, active: 0, waiting: 10 });
    expect(stage.emulator.stats()).toMatchObject({ batches: 20, texted_more_than_once: 0 });

    await stage.startWorker({ VOLLEY_US_CONCURRENCY: "20" });
    const ended = await Promise.all(jobs.map(stage.ended));
    expect(new Set(ended.map(({ returnvalue }) => idOf(returnvalue)))).toEqual(
      new Set(stage.emulator.batches().map(({ id }) => id)),
    );
    expect(numbers.map((number) => stage.emulator.timesTexted(number))).toEqual(numbers.map(() => 1));
  });

  it("does not wait for ever: the deadline ends the process with another exit code", async () => {
    stage.emulator.faults.add({ action: { kind: "hang", accept: true } });
    const worker = await stage.startWorker({ VOLLEY_SHUTDOWN_MS: "300" });
    await stage.queue("us").add("send", { from: "Volley", to: people(1), body: "Hello" });
    await eventually(() => stage.emulator.stats().in_flight === 1, "a request in flight");

    expect(await worker.stop()).toBe(70);
    expect(worker.log().map(({ msg }) => msg)).toContain("did not stop in time; ending at once");
  });
});

function idOf(result: unknown): string | undefined {
  return (result as { batches: { id: string }[] }).batches[0]?.id;
}
