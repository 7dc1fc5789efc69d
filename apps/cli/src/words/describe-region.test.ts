import { expect, it } from "@jest/globals";
import { DEFAULT_REGION_LIMITS } from "@volley/contract";
import type { RegionState } from "@volley/producer";
import { describeRegion } from "./describe-region.ts";

const NOW = new Date("2026-12-01T12:00:00Z");

const US: Omit<RegionState, "limits"> = {
  region: "us",
  overridden: [],
  requestMs: null,
  isPaused: false,
  isServed: true,
  workers: { running: 2, refused: 0 },
  state: "open",
  reason: null,
  since: null,
  nextProbe: null,
};

it("says that a region without a rate is not paced", () => {
  expect(describeRegion({ ...US, limits: DEFAULT_REGION_LIMITS }, NOW)).toEqual([
    "us: open",
    "  workers       2 running",
    "  rate          none",
    "  concurrency   10 requests in flight",
    "  burst         1,000 ms of the rate in one request",
    "  urgent share  0.1",
  ]);
});

it("says what an operator has set, and that somebody has paused the region", () => {
  const limits = { ...DEFAULT_REGION_LIMITS, rate: 12_000, rateUnit: "segments", concurrency: 5 } as const;
  const paused = { isPaused: true, state: "paused", reason: "somebody has paused it", since: null } as const;
  const overridden = ["rate", "concurrency"] as const;
  const lines = describeRegion({ ...US, ...paused, limits, overridden, requestMs: 120 }, NOW);
  expect(lines).toEqual([
    "us: paused",
    "  workers       2 running",
    "  reason        somebody has paused it",
    "  rate          12,000 segments per second (set by an operator)",
    "  concurrency   5 requests in flight (set by an operator)",
    "  burst         1,000 ms of the rate in one request",
    "  urgent share  0.1",
    "  a request     takes 120 ms",
  ]);
});

it("says why and since when a region does not send, and when the provider is asked again", () => {
  const suspended = {
    state: "suspended",
    reason: "the provider refuses its set-up (http_401)",
    since: "2026-12-01T11:00:00.000Z",
    nextProbe: "2026-12-01T12:01:00.000Z",
  } as const;
  const lines = describeRegion({ ...US, ...suspended, limits: DEFAULT_REGION_LIMITS }, NOW);
  expect(lines.slice(0, 5)).toEqual([
    "us: suspended",
    "  workers       2 running",
    "  reason        the provider refuses its set-up (http_401)",
    expect.stringMatching(/^ {2}since {9}11:00 UTC/),
    expect.stringMatching(/^ {2}asked again {3}12:01 UTC/),
  ]);
});

it.each([
  [{ isServed: true, workers: { running: 2, refused: 1 } }, "2 running, the provider refuses the set-up of 1"],
  [{ isServed: true, workers: { running: 0, refused: 0 } }, "none is running"],
  [{ isServed: false, workers: { running: 0, refused: 0 } }, "none has ever worked on it"],
])("says which workers a region has: %j", (workers, words) => {
  const lines = describeRegion({ ...US, ...workers, limits: DEFAULT_REGION_LIMITS }, NOW);
  expect(lines[1]).toBe(`  workers       ${words}`);
});
