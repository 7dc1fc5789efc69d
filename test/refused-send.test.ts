import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { setUpStage, type Stage } from "./stage/stage.ts";

describe("a send with mistakes", () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await setUpStage();
    await stage.startWorker();
  });

  afterAll(async () => stage.close());

  it("fails at once with every mistake by name, and nothing is requested", async () => {
    const job = await stage.queue("us").add("send", {
      from: "a sender that is far too long",
      to: [],
      body: 5,
      sendAt: "2026-12-01T09:00:00Z",
      delivery_report: "sometimes",
    });
    const { failedReason, attemptsMade } = await stage.ended(job);

    expect(failedReason).toContain("5 problems");
    for (const problem of [
      "from: expected a number, a short code or at most 11 letters and digits",
      "to: expected at least 1 entry, got 0 entries",
      "body: expected a string, got a number",
      "sendAt: unknown field, did you mean send_at?",
      'delivery_report: expected "none"',
    ]) {
      expect(failedReason).toContain(problem);
    }
    expect(attemptsMade).toBe(1);
    expect(stage.emulator.stats().requests).toBe(0);
  });

  it("fails when nobody is left to send to, and names no number", async () => {
    const job = await stage.queue("us").add("send", { from: "Volley", to: ["+12", "070-secret"], body: "Hi" });
    const { failedReason } = await stage.ended(job);

    expect(failedReason).toContain("to[0]: expected an international number of 7 to 15 digits");
    expect(failedReason).toContain("to[1]:");
    expect(failedReason).not.toContain("secret");
  });

  it("fails when its job has another name", async () => {
    const job = await stage.queue("us").add("email", { from: "Volley", to: ["46991234567"], body: "Hi" });
    const { failedReason } = await stage.ended(job);

    expect(failedReason).toContain('expected a job named "send", got 5 characters');
  });
});
