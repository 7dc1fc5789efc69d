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

  it("forgets its troubles when a request is taken", async () => {
    const { guard, lines, pass } = guarded();
    await guard.backOff("throttled", 10);
    pass(10);
    await guard.backOff("throttled", 10);
    guard.recovered();
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

  it("resumes once, when a request is taken", async () => {
    const { guard, lines, events } = guarded();
    await guard.suspend("http_401", 60_000);
    guard.recovered();
    guard.recovered();
    expect(guard.isSuspended()).toBe(false);
    expect(lines.slice(1)).toEqual(["info: region resumed"]);
    expect(events.slice(1)).toEqual([{ region: "eu", isSuspended: false }]);
  });

  it("can be suspended again", async () => {
    const { guard, lines } = guarded();
    await guard.suspend("http_401", 60_000);
    guard.recovered();
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
    const { guard, notices, pass } = guarded();
    await guard.backOff("throttled", 2_000);
    pass(2_000);
    await guard.suspend("http_401", 60_000);
    pass(60_000);
    await guard.suspend("http_401", 60_000);
    guard.recovered();
    const suspended = ["suspended: the provider refuses its set-up (http_401)", 130_000];
    expect(notices).toEqual([["backs off: throttled", 2_000], suspended, suspended, [null, 0]]);
  });
});

/** A guard whose clock stands still until time passes, and what it did. */
function guarded(): {
  guard: RegionGuard;
  notices: [string | null, number][];
  holds: number[];
  lines: string[];
  events: object[];
  pass: (ms: number) => void;
} {
  const holds: number[] = [];
  const notices: [string | null, number][] = [];
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
    post: (notice, forMs) => void notices.push([notice, forMs]),
  });
  return { guard, notices, holds, lines, events, pass: (ms) => void (nowMs += ms) };
}
