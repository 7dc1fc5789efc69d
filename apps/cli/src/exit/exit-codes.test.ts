import { readFileSync } from "node:fs";
import { join } from "node:path";
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

  it("are those of the table in docs/cli.md", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../../docs/cli.md"), "utf8");
    const rows = [...page.matchAll(/^\| (\d+) +\| `(\w+)` +\|/gm)].map(([, code, name]) => [name, Number(code)]);
    const signals = (["SIGHUP", "SIGINT", "SIGTERM"] as const).map((signal) => [signal, exitCodeOf(signal)]);
    expect(rows).toEqual([...Object.entries(EXIT_CODES), ...signals]);
  });
});
