import { expect, it } from "@jest/globals";
import { createPace } from "./pace.ts";

const NOBODY_KNOWS = { rate: null, left: null };

it("measures from the first look on, over no more than the last half a minute", () => {
  const pace = createPace();
  expect(pace(100, 1_000, 0)).toEqual(NOBODY_KNOWS);
  expect(pace(200, 1_000, 10_000)).toEqual({ rate: 10, left: 80 });
  expect(pace(400, 1_000, 30_000)).toEqual({ rate: 10, left: 60 });
  expect(pace(1_000, 1_000, 40_000)).toEqual({ rate: 800 / 30, left: 0 });
});

it("knows no end of what stands still, until it moves again", () => {
  const pace = createPace();
  pace(0, 100, 0);
  expect(pace(10, 100, 1_000)).toEqual({ rate: 10, left: 9 });
  expect(pace(10, 100, 11_000)).toMatchObject({ rate: 10 / 11 });
  expect(pace(10, 100, 11_001)).toEqual(NOBODY_KNOWS);
  expect(pace(10, 100, 60_000)).toEqual(NOBODY_KNOWS);
  expect(pace(20, 100, 61_000)).toEqual({ rate: 10, left: 8 });
});
