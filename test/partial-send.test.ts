import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { people } from "./stage/people.ts";
import { setUpStage, type Stage } from "./stage/stage.ts";

describe("a send of which the provider refuses a part", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setUpStage();
    await stage.startWorker();
  });

  afterAll(async () => stage.close());

  it("ends partial, with the provider's code and text, and the other parts are accepted", async () => {
    const to = people(2_500);
    stage.emulator.faults.add({
      match: { recipient: to[1_500] ?? "" },
      times: null,
      action: {
        kind: "status",
        status: 400,
        body: { code: "syntax_constraint_violation", text: "The format of parameter 'body' is invalid" },
      },
    });

    const job = await stage.queue("us").add("send", { from: "Volley", to, body: "Hello" });
    const { returnvalue } = await stage.ended(job);

    expect(returnvalue).toMatchObject({
      state: "partial",
      recipients: { requested: 2_500, accepted: 1_500, rejected: 1_000 },
      errors: [
        {
          part: 1,
          code: "syntax_constraint_violation",
          text: "The format of parameter 'body' is invalid",
          recipients: 1_000,
        },
      ],
    });
    expect((returnvalue as { batches: { part: number }[] }).batches.map(({ part }) => part)).toEqual([0, 2]);
    expect(to.filter((number) => stage.emulator.timesTexted(number) === 1)).toHaveLength(1_500);
    expect(to.slice(1_000, 2_000).some((number) => stage.emulator.timesTexted(number) > 0)).toBe(false);
  });

  it("ends rejected when it has but one part", async () => {
    stage.emulator.faults.clear();
    stage.emulator.faults.add({
      action: { kind: "status", status: 403, body: { code: "unknown_group", text: "no such group" } },
    });

    const job = await stage.queue("us").add("send", { from: "Volley", to: people(3, 5_000), body: "Hello" });
    const { returnvalue } = await stage.ended(job);

    expect(returnvalue).toMatchObject({
      state: "rejected",
      recipients: { requested: 3, accepted: 0, rejected: 3 },
      errors: [{ part: 0, code: "unknown_group", text: "no such group", recipients: 3 }],
    });
  });
});
