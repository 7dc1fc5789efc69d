import { expect, test } from "@jest/globals";
import { cpuMsOf, peakBytesOf, residentBytesOf } from "./process-cost.ts";

test("reads what a process has used, where the system shows it", () => {
  if (process.platform !== "linux") return;
  const { user, system } = process.cpuUsage();
  // Ticks are 10 ms long, and Node's own number was read a moment before.
  expect(cpuMsOf(process.pid)).toBeGreaterThanOrEqual((user + system) / 1_000 - 50);
  expect(residentBytesOf(process.pid)).toBeGreaterThan(10e6);
  expect(peakBytesOf(process.pid)).toBeGreaterThanOrEqual(residentBytesOf(process.pid) / 2);
});
