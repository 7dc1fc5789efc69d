import { describe, expect, it } from "@jest/globals";

import { maskNumbers } from "./mask-numbers.ts";

describe("maskNumbers", () => {
  it.each([
    ["46701234567", "[number]"],
    ["to[12]: +46 70-123 45 67 is refused", "to[12]: [number] is refused"],
    ["(070) 123.45.67", "([number]"],
    ["12345", "[number]"],
    ["1 234 567", "[number]"],
    ["12-34-56-7", "[number]"],
    ["+4670\u20111234567", "[number]"],
    ["٤٦٧٠١٢٣٤٥٦٧", "[number]"],
    ["one 46701234567, two 46701234568", "one [number], two [number]"],
  ])("hides the number in %j", (text, masked) => {
    expect(maskNumbers(text)).toBe(masked);
  });

  it.each([
    "Response code 400 (Bad Request)",
    "1234",
    "12 34",
    "123 456",
    "12-34-56",
    "2026-12-01",
    "2026-12-01T09:00:00Z",
    "worker.js:595:32",
    "connect ECONNREFUSED 127.0.0.1:6379",
    "",
  ])("leaves %j as it is", (text) => {
    expect(maskNumbers(text)).toBe(text);
  });

  it("does not change what is masked already", () => {
    const masked = maskNumbers("to[0]: 46701234567");
    expect(maskNumbers(masked)).toBe(masked);
  });
});
