import { describe, expect, it } from "@jest/globals";
import { lockMsOf, writeWithinMs } from "./job-lock.ts";

describe("the lock of a job", () => {
  it.each([
    { timeoutMs: 100, windowMs: 2_000, lockMs: 10_000 },
    { timeoutMs: 8_000, windowMs: 2_000, lockMs: 10_000 },
    { timeoutMs: 8_001, windowMs: 2_001, lockMs: 10_002 },
    { timeoutMs: 12_000, windowMs: 3_000, lockMs: 15_000 },
    { timeoutMs: 20_000, windowMs: 5_000, lockMs: 25_000 },
    { timeoutMs: 120_000, windowMs: 5_000, lockMs: 125_000 },
  ])("lasts $lockMs ms around requests of $timeoutMs ms", ({ timeoutMs, windowMs, lockMs }) => {
    expect(writeWithinMs(timeoutMs)).toBe(windowMs);
    expect(lockMsOf(timeoutMs)).toBe(lockMs);
    expect(lockMs).toBeGreaterThanOrEqual(windowMs + timeoutMs);
  });
});
