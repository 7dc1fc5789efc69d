import { describe, expect, it } from "@jest/globals";
import { CliError } from "./cli-error.ts";
import { EXIT_CODES, exitCodeOf } from "./exit-codes.ts";

describe("exit codes", () => {
  it("of a signal are 128 and its number", () => {
    expect([exitCodeOf("SIGINT"), exitCodeOf("SIGTERM"), exitCodeOf("SIGHUP")]).toEqual([130, 143, 129]);
  });

  it("of an error are 1 unless it says otherwise", () => {
    expect(new CliError("no").exitCode).toBe(1);
    expect(new CliError("no", { exitCode: EXIT_CODES.notAllAccepted }).exitCode).toBe(2);
  });
});
