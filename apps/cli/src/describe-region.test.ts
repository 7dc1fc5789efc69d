import { expect, it } from "@jest/globals";
import { DEFAULT_REGION_LIMITS } from "@volley/contract";
import { describeRegion } from "./describe-region.ts";

const US = { region: "us", overridden: [], requestMs: null, isPaused: false, isServed: true };

it("says that a region without a rate is not paced", () => {
  expect(describeRegion({ ...US, limits: DEFAULT_REGION_LIMITS })).toEqual([
    "us: open",
    "  rate          none",
    "  concurrency   10 requests in flight",
    "  burst         50 ms of the rate in one request",
    "  urgent share  0.1",
  ]);
});

it("says what an operator has set, and that somebody has paused the region", () => {
  const limits = { ...DEFAULT_REGION_LIMITS, rate: 12_000, rateUnit: "parts", concurrency: 5 } as const;
  const lines = describeRegion({ ...US, limits, overridden: ["rate", "concurrency"], requestMs: 120, isPaused: true });
  expect(lines).toEqual([
    "us: paused",
    "  rate          12,000 parts per second (set by an operator)",
    "  concurrency   5 requests in flight (set by an operator)",
    "  burst         50 ms of the rate in one request",
    "  urgent share  0.1",
    "  a request     takes 120 ms",
  ]);
});
