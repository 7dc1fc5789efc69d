import { describe, expect, it } from "@jest/globals";
import type { RegionHealth } from "@volley/worker";
import { judgeLiveness, judgeReadiness } from "./worker-health.ts";

const NOW = new Date("2026-12-01T12:00:00Z");

function health(region: string, changed: Partial<RegionHealth> = {}): RegionHealth {
  return { region, isRunning: true, isSuspended: false, stopped: null, stuckSince: null, ...changed };
}

function msAgo(ms: number): Date {
  return new Date(NOW.getTime() - ms);
}

describe("judgeLiveness", () => {
  it("lets a process live that is not started: it may wait for Redis", () => {
    expect(judgeLiveness(null, 60_000, NOW)).toEqual({ ok: true });
  });

  it("lets a process live whose regions are suspended or do not run", () => {
    const regions = [health("us", { isSuspended: true }), health("eu", { isRunning: false })];
    expect(judgeLiveness(regions, 60_000, NOW)).toEqual({ ok: true });
  });

  it("is patient for exactly as long as it is told", () => {
    expect(judgeLiveness([health("us", { stuckSince: msAgo(59_999) })], 60_000, NOW)).toEqual({ ok: true });
    expect(judgeLiveness([health("us", { stuckSince: msAgo(60_000) })], 60_000, NOW).ok).toBe(false);
  });

  it("names every region that is stuck and no other", () => {
    const regions = [
      health("us", { stuckSince: msAgo(60_000) }),
      health("eu"),
      health("au", { stuckSince: msAgo(70_000) }),
      health("br", { stuckSince: msAgo(1) }),
    ];
    expect(judgeLiveness(regions, 60_000, NOW)).toEqual({
      ok: false,
      reason: "work waits and is not pulled: us, au",
    });
  });
});

describe("judgeReadiness", () => {
  it("is not ready before it is started", () => {
    expect(judgeReadiness(null)).toEqual({ ok: false, reason: "not started" });
  });

  it("is ready when every region runs", () => {
    expect(judgeReadiness([health("us"), health("eu", { stuckSince: NOW })])).toEqual({ ok: true });
  });

  it("names the regions that do not run", () => {
    const regions = [health("us"), health("eu", { isRunning: false }), health("au", { isRunning: false })];
    expect(judgeReadiness(regions)).toEqual({ ok: false, reason: "not running: eu, au" });
  });

  it("names the regions that it leaves to others, and why", () => {
    const stopped = { reason: "refused", said: "the provider refuses it (http_401)", since: NOW } as const;
    const regions = [health("us"), health("eu", { stopped, isRunning: false })];
    const reason = "picks up nothing: eu (the provider refuses it (http_401))";
    expect(judgeReadiness(regions)).toEqual({ ok: false, reason });
  });

  it("is ready with a suspended region, and says which", () => {
    expect(judgeReadiness([health("us"), health("eu", { isSuspended: true })])).toEqual({
      ok: true,
      details: { suspended: ["eu"] },
    });
  });
});
