import { describe, expect, it } from "@jest/globals";
import { readFaultsArguments } from "./faults-arguments.ts";

const NAMES = ["redis-oom", "provider-503"];

describe("the arguments of pnpm faults", () => {
  it("have a default for everything", () => {
    expect(readFaultsArguments([], NAMES)).toEqual({ only: NAMES, atOnce: 3, logs: null });
  });

  it("are read with and without the dashes that pnpm passes on", () => {
    const given = ["--", "--only", "provider-503, redis-oom", "--at-once", "1", "--logs", "out"];
    expect(readFaultsArguments(given, NAMES)).toEqual({
      only: ["provider-503", "redis-oom"],
      atOnce: 1,
      logs: "out",
    });
  });

  it("may ask for help", () => {
    expect(readFaultsArguments(["--help"], NAMES)).toBeNull();
  });

  it.each([
    [["--only", "redis-gone"], /--only: expected names of faults \(redis-oom, provider-503\), got \["redis-gone"\]/],
    [["--only", ""], /--only: expected names of faults/],
    [["--at-once", "4"], /--at-once: expected 1, 2 or 3, got "4"/],
    [["--seed", "4"], /Unknown option '--seed'/],
    [["redis-oom"], /Unexpected argument 'redis-oom'/],
  ])("are refused: %j", (given, message) => {
    expect(() => readFaultsArguments(given, NAMES)).toThrow(message);
  });
});
