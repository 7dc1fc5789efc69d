import { describe, expect, it } from "@jest/globals";
import { DEFAULT_REGION_LIMITS } from "@volley/contract";
import { recipientsPerSecond, secondsUntilDone } from "./estimate.ts";

describe("how many recipients a region reaches in a second", () => {
  it.each([
    ["its rate", { rate: 200 }, 100, 200],
    ["full batches in all of its slots where it has no rate", { concurrency: 5 }, 100, 50_000],
    ["unknown where nobody has measured a request", {}, null, null],
  ])("is %s", (_title, limits, requestMs, perSecond) => {
    expect(recipientsPerSecond({ ...DEFAULT_REGION_LIMITS, ...limits }, requestMs)).toBe(perSecond);
  });
});

describe("the time until a send is done", () => {
  it.each([
    ["alone", 1_000, [], 0, 10],
    ["behind short sends", 1_000, [], 100, 11],
    ["beside a longer send, which it alternates with", 1_000, [50_000], 0, 20],
    ["beside a send that has less left than itself", 1_000, [200], 0, 12],
    ["beside several", 1_000, [50_000, 200, 1_000], 50, 32.5],
    ["with nobody left", 0, [50_000], 0, 0],
  ])("is right %s", (_title, own, others, shortSends, seconds) => {
    expect(secondsUntilDone(own, { others, shortSends }, 100)).toBe(seconds);
  });
});
