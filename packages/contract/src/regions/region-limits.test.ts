import { describe, expect, it } from "@jest/globals";
import {
  DEFAULT_REGION_LIMITS,
  defaultArguments,
  LEAD_MS_FIELD,
  overrideArguments,
  readLimits,
} from "./region-limits.ts";

describe("the limits of a region", () => {
  it("are the blueprint's where nobody has said anything", () => {
    expect(readLimits([])).toEqual({
      limits: DEFAULT_REGION_LIMITS,
      overridden: [],
      requestMs: null,
      leadMs: null,
      isPublished: false,
    });
  });

  it("are the environment's, unless an operator has set one", () => {
    const environment = defaultArguments({ ...DEFAULT_REGION_LIMITS, rate: 100, concurrency: 4 });
    const operator = overrideArguments({ rate: 20, rateUnit: "segments" });
    expect(readLimits([...environment, ...operator])).toMatchObject({
      limits: { ...DEFAULT_REGION_LIMITS, rate: 20, rateUnit: "segments", concurrency: 4 },
      overridden: ["rate", "rateUnit"],
      isPublished: true,
    });
  });

  it("have no rate where an operator has taken it away", () => {
    const environment = defaultArguments({ ...DEFAULT_REGION_LIMITS, rate: 100 });
    expect(readLimits([...environment, ...overrideArguments({ rate: null })]).limits.rate).toBeNull();
  });

  it("stand beside the lead of its workers, where one has said it", () => {
    expect(readLimits([LEAD_MS_FIELD, "90000"]).leadMs).toBe(90_000);
    for (const wrong of ["", "-5", "1e3", "soon"]) expect(readLimits([LEAD_MS_FIELD, wrong]).leadMs).toBeNull();
  });

  it("are read without what cannot be", () => {
    const limits = readLimits(["rate", "fast", "concurrency", "many", "rate_unit", "texts"]).limits;
    expect(limits).toEqual(DEFAULT_REGION_LIMITS);
  });
});

describe("what changes limits", () => {
  it("leaves out what stays as it is", () => {
    expect(overrideArguments({ concurrency: 3, rate: undefined })).toEqual(["concurrency", "3"]);
  });

  it("empties every one that is to be as the environment says", () => {
    expect(overrideArguments(null)).toEqual(
      ["rate", "rate_unit", "concurrency", "burst_ms", "urgent_share"].flatMap((name) => [name, ""]),
    );
  });
});
