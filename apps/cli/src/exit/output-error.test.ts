import { describe, expect, it } from "@jest/globals";
import { CliError } from "./cli-error.ts";
import { outputError } from "./output-error.ts";

describe("outputError", () => {
  it("is a sentence where whoever read the output has gone", () => {
    const error = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    expect(outputError(error)).toEqual(new CliError("the output was closed before everything was written"));
  });

  it("is the error itself otherwise", () => {
    const error = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    expect(outputError(error)).toBe(error);
  });
});
