import { readFileSync } from "node:fs";
import { expect, it } from "@jest/globals";
import { scaleTable } from "./scale-table.ts";
import { mostOfOne, redisesFor, simulateDay } from "./simulate-day.ts";

function words(text: string): string {
  return text.replaceAll(/[ -]+/g, " ");
}

const SINGLE = { campaign: 0, coalesced: 0, single: 1 };

it("takes another Redis where one does not keep up, and then nobody waits", () => {
  const most = mostOfOne(SINGLE);
  expect(redisesFor(Math.floor(most), SINGLE)).toBe(1);
  expect(redisesFor(Math.ceil(most * 1.01), SINGLE)).toBe(2);
  expect(simulateDay(most * 0.99, SINGLE, 1).latestMinutes).toBe(0);
  expect(simulateDay(most * 2, SINGLE, 1).latestMinutes).toBeGreaterThan(0);
  expect(simulateDay(most * 1.98, SINGLE, 2).latestMinutes).toBe(0);
});

it("says in the docs what it prints", () => {
  const page = readFileSync(new URL("../../docs/scale.md", import.meta.url), "utf8");
  for (const line of scaleTable().filter((text) => !text.startsWith("| ---")))
    expect(words(page)).toContain(words(line));
});
