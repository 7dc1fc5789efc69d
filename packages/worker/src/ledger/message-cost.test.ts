import { describe, expect, it } from "@jest/globals";
import { readSend } from "@volley/contract";
import { costOfSend, totalCost } from "./message-cost.ts";

const ANN = "46701234567";
const BO = "46701234568";
const GROUP = "01FC66621XXXXX119Z8PMV1QPQ";

function ready(changes: object) {
  const data = { from: "12015550123", to: [ANN, BO], body: "Hi", ...changes };
  const read = readSend(data, new Date("2026-12-01T12:00:00Z"));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.send;
}

describe("what a message costs", () => {
  it("is 1 in recipients, however long its text is", () => {
    expect(totalCost([ANN, BO], costOfSend(ready({ body: "a".repeat(400) }), "recipients"))).toBe(2);
  });

  it.each([
    ["a short text", { body: "Hi" }, 2],
    ["a long text", { body: "a".repeat(400) }, 6],
    ["an emoji in it", { body: `😀${"a".repeat(100)}` }, 4],
    ["a binary message", { type: "mt_binary", body: "AAAA", options: { udh: "00" } }, 2],
  ])("is as many segments as %s takes", (_title, changes, cost) => {
    expect(totalCost([ANN, BO], costOfSend(ready(changes), "segments"))).toBe(cost);
  });

  it("is counted with each recipient's own values", () => {
    const parameters = { text: { [ANN]: "a".repeat(161), default: "short" } };
    const costOf = costOfSend(ready({ body: "${text}", parameters }), "segments");
    expect([costOf(ANN), costOf(BO)]).toEqual([2, 1]);
  });

  it("is 1 for a group, whose members nobody knows here", () => {
    expect(costOfSend(ready({ to: [GROUP], body: "a".repeat(400) }), "segments")(GROUP)).toBe(1);
  });
});
