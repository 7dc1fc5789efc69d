import { describe, expect, it } from "@jest/globals";
import { SILENT_OBSERVER } from "./observer.ts";
import { createRegionGuard, type RegionGuard } from "./region-guard.ts";

describe("a region that backs off", () => {
  it("begins without trouble", () => {
    const { guard } = guarded();
    expect(guard.troubles()).toBe(0);
    expect(guard.isSuspended()).toBe(false);
  });

  it("takes fifty requests that fail together for one trouble, holds once and tells once", async () => {
    const { guard, holds, lines, events } = guarded();
    await Promise.all(Array.from({ length: 50 }, async () => guard.backOff("unavailable", 1_000)));
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
    await guard.backOff("unavailable", 1_000);
    pass(elapsedMs);
    await guard.backOff("unavailable", 1);
    expect(guard.troubles()).toBe(troubles);
  });

  it("is not held shorter by a later trouble, but longer", async () => {
    const { guard, holds, lines } = guarded();
    await guard.backOff("unavailable", 1_000);
    await guard.backOff("unavailable", 999);
    await guard.backOff("throttled", 1_001);
    expect(holds).toEqual([1_000, 1_001]);
    expect(lines).toHaveLength(1);
  });

  it("forgets its troubles when a batch is accepted, and by nothing less", async () => {
    const { guard, lines, pass } = guarded();
    await guard.backOff("throttled", 10);
    pass(1_000);
    await guard.backOff("throttled", 10);
    guard.judged();
    guard.released();
    expect(guard.troubles()).toBe(2);
    guard.accepted();
    expect(guard.troubles()).toBe(0);
    pass(10);
    await guard.backOff("throttled", 10);
    expect(guard.troubles()).toBe(1);
    expect(lines).not.toContain("info: region resumed");
  });
});

describe("a region whose set-up is refused", () => {
  it("is suspended, held and reported to people once", async () => {
    const { guard, holds, lines, events } = guarded();
    await Promise.all(Array.from({ length: 50 }, async () => guard.suspend("http_401", 60_000)));
    expect(guard.isSuspended()).toBe(true);
    expect(holds).toEqual([60_000]);
    expect(lines).toEqual(["error: region suspended: the provider refuses its set-up"]);
    expect(events).toEqual([{ region: "eu", isSuspended: true }]);
  });

  it("stays quiet while a probe after the wait is refused, too", async () => {
    const { guard, holds, lines, pass } = guarded();
    await guard.suspend("http_401", 60_000);
    pass(60_000);
    await guard.suspend("http_401", 60_000);
    expect(holds).toEqual([60_000, 60_000]);
    expect(lines).toHaveLength(1);
  });

  it.each(["accepted", "judged", "released"] as const)("resumes once, when a request is %s", async (end) => {
    const { guard, lines, events } = guarded();
    await guard.suspend("http_401", 60_000);
    guard[end]();
    guard[end]();
    expect(guard.isSuspended()).toBe(false);
    expect(lines.slice(1)).toEqual(["info: region resumed"]);
    expect(events.slice(1)).toEqual([{ region: "eu", isSuspended: false }]);
  });

  it("is no trouble of the provider's: the back-off does not grow by it", async () => {
    const { guard, pass } = guarded();
    await guard.suspend("http_401", 60_000);
    pass(60_000);
    await guard.suspend("http_401", 60_000);
    expect(guard.troubles()).toBe(0);
  });

  it("stays suspended while a probe meets an outage, and says so for as long as a probe takes", async () => {
    const { guard, suspensions, notices, pass } = guarded();
    await guard.suspend("http_401", 20_000);
    pass(20_000);
    await guard.backOff("unavailable", 1_000);
    pass(1_000);
    await guard.backOff("unavailable", 30_000);
    expect(guard.isSuspended()).toBe(true);
    const said = "suspended: the provider refuses its set-up (http_401)";
    expect(suspensions).toEqual([
      [said, 50_000],
      [said, 50_000],
      [said, 70_000],
    ]);
    expect(notices.map(([notice]) => notice)).toEqual(["backs off: unavailable", "backs off: unavailable"]);
  });

  it("can be suspended again", async () => {
    const { guard, lines } = guarded();
    await guard.suspend("http_401", 60_000);
    guard.accepted();
    await guard.suspend("http_401", 60_000);
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
    await guard.backOff("throttled", 2_000);
    pass(2_000);
    await guard.suspend("http_401", 60_000);
    pass(60_000);
    await guard.suspend("http_401", 60_000);
    guard.accepted();
    expect(notices).toEqual([["backs off: throttled", 2_000]]);
    const suspended = ["suspended: the provider refuses its set-up (http_401)", 130_000];
    expect(suspensions).toEqual([suspended, suspended, [null, 0]]);
  });

  it("takes back only what it has said: another process may have said it meanwhile", async () => {
    const { guard, suspensions } = guarded();
    guard.accepted();
    await guard.suspend("http_401", 60_000);
    guard.released();
    guard.accepted();
    expect(suspensions.map(([notice]) => notice)).not.toContain(null);
  });
});

/** A guard whose clock stands still until time passes, and what it did. */
function guarded(): {
  guard: RegionGuard;
  notices: [string | null, number][];
  suspensions: [string | null, number][];
  holds: number[];
  lines: string[];
  events: object[];
  pass: (ms: number) => void;
} {
  const holds: number[] = [];
  const notices: [string | null, number][] = [];
  const suspensions: [string | null, number][] = [];
  const lines: string[] = [];
  const events: object[] = [];
  let nowMs = Date.parse("2026-12-01T12:00:00Z");
  const line = (level: string) => (_fields: object, message: string) => void lines.push(`${level}: ${message}`);
  const guard = createRegionGuard({
    region: "eu",
    log: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") },
    observer: {
      ...SILENT_OBSERVER,
      backedOff: (event) => void events.push(event),
      suspended: (event) => void events.push(event),
    },
    now: () => new Date(nowMs),
    holdRegion: async (delayMs) => void holds.push(delayMs),
    postBackOff: (notice, forMs) => void notices.push([notice, forMs]),
    postSuspension: (notice, forMs) => void suspensions.push([notice, forMs]),
  });
  return { guard, notices, suspensions, holds, lines, events, pass: (ms) => void (nowMs += ms) };
}
