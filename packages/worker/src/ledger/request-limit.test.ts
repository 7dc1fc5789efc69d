import { DEFAULT_REGION_LIMITS } from "@volley/contract";
import { expect, it } from "@jest/globals";
import { requestLimit } from "./request-limit.ts";

it.each([
  ["nothing is paced", {}, Number.POSITIVE_INFINITY],
  ["a request takes a second of the rate", { rate: 200 }, 200],
  ["the region is slow", { rate: 20 }, 20],
  ["the pace is to be smooth", { rate: 1_000, burstMs: 50 }, 50],
  ["the pace is to be smooth, and one request is in flight at once", { rate: 1_000, burstMs: 50, concurrency: 1 }, 50],
  ["the operator wants whole batches", { rate: 200, burstMs: 5_000 }, 1_000],
  ["the rate is no whole number", { rate: 2.9 }, 2],
  ["the rate is slow: one recipient at least", { rate: 0.5 }, 1],
])("is right where %s", (_title, limits, most) => {
  expect(requestLimit({ ...DEFAULT_REGION_LIMITS, ...limits })).toBe(most);
});
