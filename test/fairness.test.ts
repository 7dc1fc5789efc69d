import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { eventually } from "./stage/eventually.ts";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

const ONE_SLOT = { VOLLEY_US_CONCURRENCY: "1" };

let stage: Stage;

beforeEach(async () => {
  stage = await setUpStage({ emulator: { latencyMs: 20 } });
});

afterEach(async () => stage.close());

/** Which of two sends each batch was of, in their order: the first one's recipients are below a number. */
function owners(border: string): ("old" | "new")[] {
  return stage.emulator.batches().map(({ to }) => ((to[0] ?? "") < border ? "old" : "new"));
}

describe("long sends", () => {
  it("take turns: one that comes later neither waits for an old one nor overtakes it until it has caught up", async () => {
    await stage.startWorker(ONE_SLOT);
    const border = people(1, 500_000)[0] ?? "";
    await stage.queue("us").add("send", { from: "Volley", to: people(60_000), body: "Old" });
    await eventually(() => stage.emulator.batches().length >= 10, "a part of the old send");
    const late = await stage.queue("us").add("send", { from: "Volley", to: people(10_000, 500_000), body: "New" });
    await stage.ended(late);
    const turns = owners(border);
    const together = turns.slice(turns.indexOf("new"), turns.lastIndexOf("new") + 1);
    const old = together.filter((owner) => owner === "old").length;
    expect(together.length - old).toBe(10);
    expect(old).toBeGreaterThanOrEqual(7);
    expect(old).toBeLessThanOrEqual(13);
  });

  it("go on under a flood of short ones", async () => {
    const campaign = await stage.queue("us").add("send", { from: "Volley", to: people(1_200), body: "Hello" });
    const flood = people(3_000, 10_000).map((number) => ({
      name: "send",
      data: { from: "Volley", to: [number], body: "Hi" },
    }));
    await stage.queue("us").addBulk(flood);
    await stage.startWorker(ONE_SLOT);
    const { returnvalue } = await stage.ended(campaign);
    expect(returnvalue).toMatchObject({ state: "accepted", recipients: { accepted: 1_200 } });
    expect(await stage.queue("us").getWaitingCount()).toBeGreaterThan(0);
  });
});
