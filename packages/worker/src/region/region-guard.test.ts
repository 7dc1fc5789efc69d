import { describe, expect, it } from "@jest/globals";
import { guarded } from "../../../../test/guarded-region.ts";
import type { Trouble } from "../terms/trouble.ts";

const host = "eu.sms.api.sinch.com";
const UNAVAILABLE: Trouble = { kind: "unavailable", code: "http_503", status: 503, host };
const THROTTLED: Trouble = { kind: "throttled", code: "http_429", status: 429, host };
const REFUSED: Trouble = { kind: "unauthorized", code: "http_401", status: 401, host };

describe("a region that backs off", () => {
  it("begins without trouble", () => {
    const { guard } = guarded();
    expect(guard.troubles()).toBe(0);
    expect(guard.isSuspended()).toBe(false);
  });

  it("takes fifty requests that fail together for one trouble, holds once and tells once", async () => {
    const { guard, holds, lines, events } = guarded();
    await Promise.all(Array.from({ length: 50 }, async () => guard.backOff(UNAVAILABLE, 1_000)));
    expect(guard.troubles()).toBe(1);
    expect(holds).toEqual([1_000]);
    expect(lines).toEqual(["warn: region backs off"]);
    expect(events).toEqual([{ region: "eu", reason: "unavailable", delayMs: 1_000 }]);
  });

  it.each([
    { title: "1 ms before the wait is over", elapsedMs: 999, troubles: 1 },
    { title: "when the wait is over", elapsedMs: 1_000, troubles: 2 },
  ])("counts the next trouble $title as $troubles in all", async ({ elapsedMs, troubles }) => {
    const { guard, pass } = guarded();
    await guard.backOff(UNAVAILABLE, 1_000);
    pass(elapsedMs);
    await guard.backOff(UNAVAILABLE, 1);
    expect(guard.troubles()).toBe(troubles);
  });

  it("takes what fails within half a second for one trouble, however short the wait is", async () => {
    const { guard, pass } = guarded();
    await guard.backOff(UNAVAILABLE, 10);
    pass(499);
    await guard.backOff(UNAVAILABLE, 0);
    expect(guard.troubles()).toBe(1);
    pass(1);
    await guard.backOff(UNAVAILABLE, 0);
    expect(guard.troubles()).toBe(2);
  });

  it("is not held shorter by a later trouble, but longer", async () => {
    const { guard, holds, lines } = guarded();
    await guard.backOff(UNAVAILABLE, 1_000);
    await guard.backOff(UNAVAILABLE, 999);
    await guard.backOff(THROTTLED, 1_001);
    expect(holds).toEqual([1_000, 1_001]);
    expect(lines).toHaveLength(1);
  });

  it("forgets its troubles when a batch is accepted, and by nothing less", async () => {
    const { guard, lines, pass } = guarded();
    await guard.backOff(THROTTLED, 10);
    pass(1_000);
    await guard.backOff(THROTTLED, 10);
    guard.judged();
    guard.released();
    expect(guard.troubles()).toBe(2);
    guard.accepted();
    expect(guard.troubles()).toBe(0);
    pass(10);
    await guard.backOff(THROTTLED, 10);
    expect(guard.troubles()).toBe(1);
    expect(lines).not.toContain("info: region resumed");
  });
});

describe("a region whose set-up is refused", () => {
  it("is suspended, held and reported to people once", async () => {
    const { guard, holds, lines, events } = guarded();
    await Promise.all(Array.from({ length: 50 }, async () => guard.suspend(REFUSED, 60_000)));
    expect(guard.isSuspended()).toBe(true);
    expect(holds).toEqual([60_000]);
    expect(lines).toEqual(["error: region suspended: the provider refuses its set-up"]);
    expect(events).toEqual([{ region: "eu", isSuspended: true }]);
  });

  it("stays quiet while a probe after the wait is refused, too", async () => {
    const { guard, holds, lines, pass } = guarded();
    await guard.suspend(REFUSED, 60_000);
    pass(60_000);
    await guard.suspend(REFUSED, 60_000);
    expect(holds).toEqual([60_000, 60_000]);
    expect(lines).toHaveLength(1);
  });

  it.each(["accepted", "judged", "released"] as const)("resumes once, when a request is %s", async (end) => {
    const { guard, lines, events } = guarded();
    await guard.suspend(REFUSED, 60_000);
    guard[end]();
    guard[end]();
    expect(guard.isSuspended()).toBe(false);
    expect(lines.slice(1)).toEqual(["info: region resumed"]);
    expect(events.slice(1)).toEqual([{ region: "eu", isSuspended: false }]);
  });

  it("is no trouble of the provider's: the back-off does not grow by it", async () => {
    const { guard, pass } = guarded();
    await guard.suspend(REFUSED, 60_000);
    pass(60_000);
    await guard.suspend(REFUSED, 60_000);
    expect(guard.troubles()).toBe(0);
  });

  it("stays suspended while a probe meets an outage, and says so for as long as a probe takes", async () => {
    const { guard, suspensions, notices, pass } = guarded();
    await guard.suspend(REFUSED, 20_000);
    pass(20_000);
    await guard.backOff(UNAVAILABLE, 1_000);
    pass(1_000);
    await guard.backOff(UNAVAILABLE, 30_000);
    expect(guard.isSuspended()).toBe(true);
    const said = "suspended: the provider refuses its set-up (http_401 at eu.sms.api.sinch.com)";
    expect(suspensions).toEqual([
      [said, 50_000],
      [said, 50_000],
      [said, 70_000],
    ]);
    expect(notices.map(([notice]) => notice)).toEqual([
      "backs off: http_503 at eu.sms.api.sinch.com",
      "backs off: http_503 at eu.sms.api.sinch.com",
    ]);
  });

  it("can be suspended again", async () => {
    const { guard, lines } = guarded();
    await guard.suspend(REFUSED, 60_000);
    guard.accepted();
    await guard.suspend(REFUSED, 60_000);
    expect(guard.isSuspended()).toBe(true);
    expect(lines).toHaveLength(3);
  });
});

describe("a probe", () => {
  it("is one question for all who come while it is on its way", async () => {
    const { guard } = guarded();
    let questions = 0;
    const ask = async (): Promise<{ kind: "absent" }> => {
      questions += 1;
      return { kind: "absent" };
    };
    const answers = await Promise.all([guard.probe(ask), guard.probe(ask), guard.probe(ask)]);
    expect(questions).toBe(1);
    expect(answers).toEqual([{ kind: "absent" }, { kind: "absent" }, { kind: "absent" }]);
    await guard.probe(ask);
    expect(questions).toBe(2);
  });

  it("that fails does not stand in the way of the next one", async () => {
    const { guard } = guarded();
    await expect(guard.probe(async () => Promise.reject(new RangeError("a mistake")))).rejects.toThrow("a mistake");
    expect(await guard.probe(async () => ({ kind: "absent" }))).toEqual({ kind: "absent" });
  });
});

describe("a region that waits", () => {
  it("says why on its queue, for as long as it waits", async () => {
    const { guard, notices, suspensions, pass } = guarded();
    await guard.backOff(THROTTLED, 2_000);
    pass(2_000);
    await guard.suspend(REFUSED, 60_000);
    pass(60_000);
    await guard.suspend(REFUSED, 60_000);
    guard.accepted();
    expect(notices).toEqual([["backs off: http_429 at eu.sms.api.sinch.com", 2_000]]);
    const suspended = ["suspended: the provider refuses its set-up (http_401 at eu.sms.api.sinch.com)", 130_000];
    expect(suspensions).toEqual([suspended, suspended, [null, 0]]);
  });

  it("takes back only what it has said: another process may have said it meanwhile", async () => {
    const { guard, suspensions } = guarded();
    guard.accepted();
    await guard.suspend(REFUSED, 60_000);
    guard.released();
    guard.accepted();
    expect(suspensions.map(([notice]) => notice)).not.toContain(null);
  });
});
