import { describe, expect, it } from "@jest/globals";
import { recipientsPerSecond } from "./recipients-per-second.ts";
import { DEFAULT_REGION_LIMITS } from "./region-limits.ts";

describe("how many recipients a region reaches in a second", () => {
  it.each([
    ["its rate", { rate: 200 }, 100, 200],
    ["full batches in all of its slots where it has no rate", { concurrency: 5 }, 100, 50_000],
    ["unknown where nobody has measured a request", {}, null, null],
  ])("is %s", (_title, limits, requestMs, perSecond) => {
    expect(recipientsPerSecond({ ...DEFAULT_REGION_LIMITS, ...limits }, requestMs)).toBe(perSecond);
  });
});
