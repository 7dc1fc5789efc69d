import { expect, it } from "@jest/globals";
import { mostLinesAMinute } from "./count-lines.ts";

function line(second: number, level = "info", msg = "something"): string {
  return JSON.stringify({ time: new Date(second * 1_000).toISOString(), level, msg });
}

function log(...lines: string[]): string {
  return lines.map((each) => `${each}\n`).join("");
}

it("finds the busiest minute, wherever it begins", () => {
  const output = log(line(0), line(50), line(61), line(100, "warn"), line(109), line(400));
  expect(mostLinesAMinute(output, { from: 0, to: 1 })).toEqual({ all: 4, warnings: 1 });
});

it("takes a fault that is shorter than a minute for one that goes on", () => {
  const seconds = Array.from({ length: 20 }, (_, second) => line(second, second % 2 === 0 ? "error" : "info"));
  expect(mostLinesAMinute(log(...seconds), { from: 0, to: 20_000 })).toEqual({ all: 60, warnings: 30 });
});

it("counts what is no line of the log as a warning, and not the one line that each send has anyway", () => {
  const output = log(line(0, "info", "settled"), line(1, "info", "settled"), line(2), "Error: at", "    some stack");
  expect(mostLinesAMinute(output, { from: 0, to: 60_000 })).toEqual({ all: 3, warnings: 2 });
});
