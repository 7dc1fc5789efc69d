import { describe, expect, it } from "@jest/globals";
import type { Outcome } from "@volley/sinch";
import {
  decide,
  decideUnasked,
  FIRST_BACK_OFF_MS,
  LONGEST_BACK_OFF_MS,
  nextClearLook,
  nextLook,
  type PolicyInput,
} from "./retry-policy.ts";
import { DEFAULT_SETTINGS } from "../terms/settings.ts";

const { probeIntervalMs: PROBE_INTERVAL_MS } = DEFAULT_SETTINGS;

const NOW = new Date("2026-12-01T12:00:00Z");
const INPUT: PolicyInput = {
  troubles: 0,
  unknownHoldMs: 30_000,
  probeIntervalMs: PROBE_INTERVAL_MS,
  now: NOW,
  random: 1,
};
const later = (ms: number): Date => new Date(NOW.getTime() + ms);

const detail = { code: "code", text: "text" };
const throttled = (retryAfterMs: number | null) => ({ kind: "throttled", retryAfterMs, ...detail }) as const;
const unavailable = (mayBeAccepted: boolean) =>
  ({ kind: "unavailable", retryAfterMs: null, mayBeAccepted, ...detail }) as const;
const unauthorized = { kind: "unauthorized", status: 401, ...detail } as const;
const rejected = { kind: "rejected", status: 400, ...detail } as const;
const unknown = { kind: "unknown", ...detail } as const;

describe("decide", () => {
  it.each<Outcome>([{ kind: "accepted", batchId: "b", acceptedAt: NOW.toISOString() }, rejected])(
    "settles what is $kind",
    (outcome) => {
      expect(decide(outcome, INPUT)).toEqual({ kind: "settle" });
    },
  );

  it("suspends the region when its set-up is refused, whatever happened before", () => {
    const suspended = { kind: "suspend", delayMs: PROBE_INTERVAL_MS };
    expect(decide(unauthorized, INPUT)).toEqual(suspended);
    expect(decide(unauthorized, { ...INPUT, troubles: 9, random: 0 })).toEqual(suspended);
    expect(decide(unauthorized, { ...INPUT, probeIntervalMs: 20 })).toEqual({ kind: "suspend", delayMs: 20 });
  });

  it.each(["unknown_host", "wrong_certificate"])("suspends the region for %s, and probes it again soon", (code) => {
    const outcome = { ...unavailable(false), code };
    for (const each of [decide(outcome, INPUT), decideUnasked(outcome, INPUT)]) {
      expect(each).toEqual({ kind: "suspend", delayMs: 3_000 });
    }
    expect(decide(outcome, { ...INPUT, probeIntervalMs: 20 })).toEqual({ kind: "suspend", delayMs: 20 });
  });

  it("asks where a code of the set-up comes of a request that may have been written", () => {
    expect(decide({ ...unknown, code: "wrong_certificate" }, INPUT)).toMatchObject({ kind: "ask" });
  });

  it.each([
    { outcome: throttled(null), isDoubtful: false },
    { outcome: unavailable(false), isDoubtful: false },
    { outcome: unavailable(true), isDoubtful: true },
  ])("backs off when the region is $outcome.kind, in doubt: $isDoubtful", ({ outcome, isDoubtful }) => {
    expect(decide(outcome, INPUT)).toEqual({
      kind: "back_off",
      delayMs: FIRST_BACK_OFF_MS,
      isDoubtful,
    });
  });

  it("has the job tried again, by whoever is first, when this process was too slow to write a request", () => {
    const tooLate = { ...unavailable(false), code: "too_late" };
    expect(decide(tooLate, { ...INPUT, troubles: 9 })).toEqual({ kind: "again", at: later(250) });
  });

  it("asks after a fifteenth of the hold when the outcome is unknown", () => {
    expect(decide(unknown, INPUT)).toEqual({ kind: "ask", at: later(2_000) });
  });
});

describe("the back-off", () => {
  it.each([
    { troubles: 0, ceilingMs: 1_000 },
    { troubles: 1, ceilingMs: 2_000 },
    { troubles: 5, ceilingMs: 32_000 },
    { troubles: 6, ceilingMs: LONGEST_BACK_OFF_MS },
    { troubles: 16, ceilingMs: LONGEST_BACK_OFF_MS },
    { troubles: 100_000, ceilingMs: LONGEST_BACK_OFF_MS },
  ])("lies between 1 and $ceilingMs ms after $troubles troubles in a row", ({ troubles, ceilingMs }) => {
    expect(backOffMs(throttled(null), { troubles, random: 0 })).toBe(1);
    expect(backOffMs(throttled(null), { troubles, random: 0.5 })).toBe(ceilingMs / 2);
    expect(backOffMs(throttled(null), { troubles, random: 1 })).toBe(ceilingMs);
  });

  it.each([
    { title: "shorter than the jitter", retryAfterMs: 400, random: 0.5, delayMs: 500 },
    { title: "longer than the jitter", retryAfterMs: 600, random: 0.5, delayMs: 600 },
    { title: "longer than the whole range", retryAfterMs: 7_000, random: 1, delayMs: 7_000 },
    { title: "at the cap", retryAfterMs: LONGEST_BACK_OFF_MS, random: 0, delayMs: LONGEST_BACK_OFF_MS },
    { title: "beyond the cap", retryAfterMs: 3_600_000, random: 0, delayMs: LONGEST_BACK_OFF_MS },
    { title: "nothing", retryAfterMs: 0, random: 0, delayMs: 1 },
  ])("is never shorter than Retry-After and never longer than the cap: $title", ({ retryAfterMs, random, delayMs }) => {
    expect(backOffMs(throttled(retryAfterMs), { troubles: 0, random })).toBe(delayMs);
  });
});

describe("decideUnasked", () => {
  it("suspends the region when its set-up is refused", () => {
    expect(decideUnasked(unauthorized, INPUT)).toEqual({ kind: "suspend", delayMs: PROBE_INTERVAL_MS });
  });

  it.each([throttled(5_000), unavailable(false), unavailable(true), rejected, unknown])(
    "backs off without a doubt of its own when the question is $kind: a question texts nobody",
    (failure) => {
      const delayMs = failure.kind === "throttled" ? 5_000 : FIRST_BACK_OFF_MS;
      expect(decideUnasked(failure, INPUT)).toEqual({
        kind: "back_off",
        delayMs,
        isDoubtful: false,
      });
    },
  );
});

describe("nextLook", () => {
  it.each([
    { looks: 0, lookMs: 2_000 },
    { looks: 1, lookMs: 10_000 },
    { looks: 2, lookMs: 30_000 },
    { looks: 3, lookMs: 30_000 },
  ])("after $looks looks is $lookMs ms into a hold of 30 s", ({ looks, lookMs }) => {
    expect(nextLook({ since: NOW, looks, unknownHoldMs: 30_000, now: NOW })).toEqual(later(lookMs));
  });

  it.each([
    { unknownHoldMs: 30_000, apartMs: 2_000 },
    { unknownHoldMs: 900_000, apartMs: 60_000 },
    { unknownHoldMs: 86_400_000, apartMs: 60_000 },
  ])("is $apartMs ms away at least, with a hold of $unknownHoldMs ms", ({ unknownHoldMs, apartMs }) => {
    const now = later(86_400_000);
    expect(nextLook({ since: NOW, looks: 0, unknownHoldMs, now })).toEqual(later(86_400_000 + apartMs));
  });

  it("comes at once without a hold", () => {
    expect(nextLook({ since: NOW, looks: 0, unknownHoldMs: 0, now: NOW })).toEqual(later(1));
  });
});

describe("nextClearLook", () => {
  it.each([
    { looks: 0, elapsedMs: 0, lookMs: 2_000 },
    { looks: 1, elapsedMs: 2_000, lookMs: 10_000 },
    { looks: 2, elapsedMs: 10_000, lookMs: 30_000 },
    { looks: 7, elapsedMs: 28_000, lookMs: 30_000 },
    { looks: 7, elapsedMs: 29_999, lookMs: 31_999 },
  ])("comes at the same times as one after an absence, during the hold: $looks", ({ looks, elapsedMs, lookMs }) => {
    expect(look(looks, elapsedMs)).toBe(lookMs);
  });

  it.each([
    { elapsedMs: 30_000, lookMs: 60_000 },
    { elapsedMs: 60_000, lookMs: 120_000 },
    { elapsedMs: 599_000, lookMs: 1_198_000 },
    { elapsedMs: 600_000, lookMs: 1_200_000 },
    { elapsedMs: 86_400_000, lookMs: 87_000_000 },
  ])("comes after as long again, but never later than after ten minutes: $elapsedMs ms", ({ elapsedMs, lookMs }) => {
    expect(look(3, elapsedMs)).toBe(lookMs);
  });

  it("never comes at once, however short the hold is", () => {
    expect(look(0, 0, 0)).toBe(1_000);
    expect(look(9, 200, 150)).toBe(1_200);
  });
});

function look(looks: number, elapsedMs: number, unknownHoldMs = 30_000): number {
  return nextClearLook({ since: NOW, looks, unknownHoldMs, now: later(elapsedMs) }).getTime() - NOW.getTime();
}

function backOffMs(outcome: Outcome, input: Pick<PolicyInput, "troubles" | "random">): number {
  const decision = decide(outcome, { ...INPUT, ...input });
  if (decision.kind !== "back_off") throw new Error(`expected a back-off, got ${decision.kind}`);
  return decision.delayMs;
}
