import { DEFAULT_REGION_LIMITS } from "@volley/contract";
import { expect, it } from "@jest/globals";
import { pieceLimit } from "./piece-limit.ts";

it.each([
  ["nothing is paced", {}, Number.POSITIVE_INFINITY],
  ["a request takes 50 ms of the rate", { rate: 1_000 }, 50],
  ["the rate is high enough for a whole batch", { rate: 20_000 }, 1_000],
  ["few requests are in flight", { rate: 1_000, concurrency: 6 }, 83],
  ["one request is in flight at once: no more than 100 ms", { rate: 1_000, concurrency: 1 }, 100],
  ["the operator wants whole batches", { rate: 200, burstMs: 5_000 }, 1_000],
  ["the rate is slow: one recipient at least", { rate: 0.5 }, 1],
])("is right where %s", (_title, limits, piece) => {
  expect(pieceLimit({ ...DEFAULT_REGION_LIMITS, ...limits })).toBe(piece);
});
